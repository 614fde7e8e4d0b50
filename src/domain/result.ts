import { FAILURE_REASONS, type FailureReason } from './failure.ts';
import type { Source } from './rate-limit.ts';
import type { Blocked, Failed, Reading } from './reading.ts';

/** The outcome of a probe. An unknown value is absent, never 0. */
export type Outcome = Limited | Unlimited | Blocked | Failed;

/** The hub meters this credential. Exhausted when `remaining <= 0`. */
export interface Limited {
  readonly kind: 'limited';
  /** Pulls allowed in a window. */
  readonly limit: number;
  /** Pulls left; can be negative. */
  readonly remaining: number;
  /** Length of the window in seconds; undefined when the hub does not state it, or states an impossible one. */
  readonly windowSeconds: number | undefined;
  /** A sentence that says why the stated window was rejected; absent when it was not. */
  readonly windowDoubt?: string;
  readonly source: Source | undefined;
  /** Whether a login is metered as anonymous. */
  readonly downgraded: boolean;
}

/** The hub does not meter this credential: a paid plan, an exempt image, or an exempt address. */
export interface Unlimited {
  readonly kind: 'unlimited';
  readonly source: Source | undefined;
}

/** One finished probe with its reading, as the poller returns it. */
export interface Observation {
  /** The credential's name. */
  readonly credential: string;
  /** When the probe ended, in milliseconds since the epoch. */
  readonly at: number;
  /** Duration of the probe in milliseconds. */
  readonly durationMs: number;
  /** Milliseconds between two polls of this credential at that time. Values expire after three intervals. */
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

/** Returns the label under which an outcome is counted as a failure; undefined when it is no failure. */
export function failureLabel(outcome: Outcome): FailureLabel | undefined {
  if (outcome.kind === 'failed') return outcome.reason;
  if (outcome.kind === 'blocked') return `blocked_${outcome.reason}`;
  return undefined;
}
