import type { Pulled } from './runtime.ts';

/** Something that has happened in a scenario that is played. */
export type Step = PullStep | ChangeStep;

/** A team has pulled an image, or tried to. */
export interface PullStep extends Pulled {
  readonly kind: 'pull';
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly team: string;
  /** `nginx:1.29`. */
  readonly image: string;
  /** Pulls left afterwards in the bucket it draws on; undefined where nobody counts. */
  readonly remaining: number | undefined;
}

/** The hub has changed. */
export interface ChangeStep {
  readonly kind: 'change';
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** What is different now, for people. */
  readonly text: string;
}
