import type { FailureReason } from './failure.ts';
import { FAILURE_REASONS } from './failure.ts';
import type { Outcome } from './outcome.ts';
import type { Reading } from './reading.ts';

/** One finished probe, before it is understood: what the poller hands on. */
export interface Observation {
  /** The credential's name. */
  readonly credential: string;
  /** When the probe ended, in milliseconds since the epoch. */
  readonly at: number;
  /** How long it took, in milliseconds. */
  readonly durationMs: number;
  /** Milliseconds between two polls of this credential at the time: how long the answer counts as news. */
  readonly intervalMs: number;
  readonly reading: Reading;
}

/** An outcome with its credential, time and duration. */
export interface Result extends Omit<Observation, 'reading'> {
  readonly outcome: Outcome;
}

/** Values of the label `reason` of `dockerhub_poll_failures_total`: the failures, and the two kinds of block. */
export type FailureLabel = FailureReason | 'blocked_abuse' | 'blocked_login';

/** All failure labels, in a fixed order. */
export const FAILURE_LABELS: readonly FailureLabel[] = [...FAILURE_REASONS, 'blocked_abuse', 'blocked_login'];

/** How an outcome is counted as a failure; undefined when it is none. */
export function failureLabel(outcome: Outcome): FailureLabel | undefined {
  if (outcome.kind === 'failed') return outcome.reason;
  if (outcome.kind === 'blocked') return `blocked_${outcome.reason}`;
  return undefined;
}
