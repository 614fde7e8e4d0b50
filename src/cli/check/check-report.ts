import type { Judgement, Status, Thresholds } from './judge.ts';

/** All that a check found, for whoever writes it down. */
export interface CheckReport {
  readonly status: Status;
  readonly judgements: readonly Judgement[];
  readonly thresholds: Thresholds;
  /** When it was asked, in milliseconds since the epoch. */
  readonly at: number;
}
