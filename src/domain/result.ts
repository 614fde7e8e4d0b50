import { FAILURE_REASONS, type FailureReason } from './failure.ts';
import type { Source } from './rate-limit.ts';
import { type Blocked, type Failed, failed, type Reading } from './reading.ts';

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

/** The facts about a credential's earlier answers that the next outcome depends on. */
export interface EarlierAnswers {
  /** Whether the credential is a login. */
  readonly hasLogin: boolean;
  /** Whether the newest `limited` or `unlimited` outcome was `limited`. */
  readonly wasLimited: boolean;
  /** Successive answers without limit headers, up to now. */
  readonly headerlessInARow: number;
  /** The limit of this login while it is not downgraded, in pulls; undefined when unknown. */
  readonly usualLimit: number | undefined;
  /** The limit of this login in its newest `limited` outcome if it was downgraded then, in pulls; otherwise undefined. */
  readonly downgradedLimit: number | undefined;
  /** The limit that an anonymous credential at the same hub reports, in pulls; undefined when unknown. */
  readonly anonymousLimit: number | undefined;
}

/** The number of successive answers without limit headers after which a limited credential counts as unlimited. */
const HEADERLESS_UNTIL_UNLIMITED = 3;

/** Returns the outcome of a reading, given the earlier answers of the credential. */
export function conclude(reading: Reading, memory: EarlierAnswers): Outcome {
  switch (reading.kind) {
    case 'metered':
      return {
        kind: 'limited',
        ...reading.rateLimit,
        source: reading.source,
        downgraded: memory.hasLogin && isMeteredAsAnonymous(reading.rateLimit.limit, reading.source, memory),
      };
    case 'unmetered':
      return concludeUnmetered(reading.source, memory);
    case 'blocked':
    case 'failed':
      return reading;
  }
}

/** Docker Hub has omitted the headers for minutes before (March 2021): a few such answers are a failure, not unlimited. */
function concludeUnmetered(source: Source | undefined, memory: EarlierAnswers): Outcome {
  const inARow = memory.headerlessInARow + 1;
  if (memory.wasLimited && inARow < HEADERLESS_UNTIL_UNLIMITED) {
    return failed('missing_header', `Answer ${inARow} in a row without rate-limit headers`);
  }
  return { kind: 'unlimited', source };
}

function isMeteredAsAnonymous(limit: number, source: Source | undefined, memory: EarlierAnswers): boolean {
  if (source !== undefined && source.kind !== 'account') return true;
  const dropped = memory.usualLimit !== undefined && limit < memory.usualLimit;
  // A downgrade lasts until the limit changes, although probes of the anonymous credential may fail meanwhile.
  return dropped && (limit === memory.anonymousLimit || limit === memory.downgradedLimit);
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
