import { FAILURE_REASONS, type FailureReason } from './failure.ts';
import type { Source } from './rate-limit.ts';
import { type Blocked, type Failed, failed, type Reading } from './reading.ts';

/** What a probe learned. There is no zero for "unknown": a value that is not known is not there. */
export type Outcome = Limited | Unlimited | Blocked | Failed;

/** The hub meters this credential. Exhausted when `remaining <= 0`. */
export interface Limited {
  readonly kind: 'limited';
  /** Pulls allowed in a window. */
  readonly limit: number;
  /** Pulls left; can be negative. */
  readonly remaining: number;
  /** Seconds, undefined when the hub does not say, or states an impossible window. */
  readonly windowSeconds: number | undefined;
  /** Why the stated window is not believed, in a sentence; absent when there is nothing to say. */
  readonly windowDoubt?: string;
  readonly source: Source | undefined;
  /** A login that is being metered as if it were anonymous. */
  readonly downgraded: boolean;
}

/** The hub does not meter this credential: a paid plan, an exempt image, or an exempt address. */
export interface Unlimited {
  readonly kind: 'unlimited';
  readonly source: Source | undefined;
}

/** What is remembered of a credential's earlier answers, and needed to understand the next one. */
export interface EarlierAnswers {
  /** Whether the credential is a login. */
  readonly hasLogin: boolean;
  /** Whether the newest answer with a meaning was `limited`. */
  readonly wasLimited: boolean;
  /** Answers without limit headers since the last one with them. */
  readonly headerlessInARow: number;
  /** The limit this login has when it is not downgraded, in pulls. */
  readonly usualLimit: number | undefined;
  /** The limit of this login in its newest answer with a meaning, if it was downgraded then, in pulls. */
  readonly downgradedLimit: number | undefined;
  /** The limit that an anonymous credential at the same hub reports, in pulls. */
  readonly anonymousLimit: number | undefined;
}

/** How many answers without limit headers it takes to call a formerly limited credential unlimited. */
const HEADERLESS_UNTIL_UNLIMITED = 3;

/** Turns one reading into an outcome, in the light of the readings before it. */
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

/** Docker's headers have gone missing for minutes before (March 2021), so that a few such answers mean nothing. */
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
  // Once seen it lasts until the limit changes, although the anonymous credential may fail meanwhile.
  return dropped && (limit === memory.anonymousLimit || limit === memory.downgradedLimit);
}

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
