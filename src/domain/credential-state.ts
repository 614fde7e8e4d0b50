import type { Source } from './rate-limit.ts';
import { failed, type Reading } from './reading.ts';
import type { FailureLabel, Limited, Observation, Outcome, Result, Unlimited } from './result.ts';
import { failureLabel } from './result.ts';

/** The public identity of a credential, without user name and secret. */
export interface CredentialIdentity {
  /** The configured name. */
  readonly name: string;
  /** Whether it has a login; false for anonymous. */
  readonly hasLogin: boolean;
  /**
   * Changes when user, route, image or hub of the credential change under the same name. Earlier answers then do not apply.
   * Never shown.
   */
  readonly fingerprint: string;
}

/** A result that shows whether there is a limit. */
export interface KnownResult extends Result {
  readonly outcome: Limited | Unlimited;
}

/** The state of one credential, folded from its results. */
export interface CredentialState {
  readonly identity: CredentialIdentity;
  /** Probes so far. */
  readonly polls: number;
  /**
   * Failed probes by reason; a reason that never occurred is absent. `invalid_window` counts answers that were used without
   * their window.
   */
  readonly failures: Readonly<Partial<Record<FailureLabel, number>>>;
  /** The newest result, of any outcome; undefined before the first. */
  readonly latest: Result | undefined;
  /** The newest `limited` or `unlimited` result; undefined before the first. */
  readonly known: KnownResult | undefined;
  /** Successive answers without limit headers, up to now. */
  readonly headerlessInARow: number;
  /** The newest limit of this login while it was not downgraded, in pulls; undefined before the first. */
  readonly usualLimit: number | undefined;
}

/** Returns the state of a credential before its first result. */
export function initialState(identity: CredentialIdentity): CredentialState {
  return {
    identity,
    polls: 0,
    failures: {},
    latest: undefined,
    known: undefined,
    headerlessInARow: 0,
    usualLimit: undefined,
  };
}

/**
 * Folds one observation into a credential's state; `latest` of the new state is the result.
 * @param anonymousLimit the limit that an anonymous credential at the same hub reports, in pulls; undefined when unknown
 */
export function advance(
  state: CredentialState,
  observation: Observation,
  anonymousLimit: number | undefined,
): CredentialState & { readonly latest: Result } {
  const { reading, ...rest } = observation;
  const known = state.known?.outcome;
  const outcome = conclude(reading, {
    hasLogin: state.identity.hasLogin,
    wasLimited: known?.kind === 'limited',
    headerlessInARow: state.headerlessInARow,
    usualLimit: state.usualLimit,
    downgradedLimit: known?.kind === 'limited' && known.downgraded ? known.limit : undefined,
    anonymousLimit,
  });
  const label = countedLabel(outcome);
  const isKnown = outcome.kind === 'limited' || outcome.kind === 'unlimited';
  return {
    identity: state.identity,
    polls: state.polls + 1,
    failures: label ? { ...state.failures, [label]: (state.failures[label] ?? 0) + 1 } : state.failures,
    latest: { ...rest, outcome },
    known: isKnown ? { ...rest, outcome } : state.known,
    headerlessInARow: countHeaderless(state.headerlessInARow, reading.kind),
    usualLimit: outcome.kind === 'limited' && !outcome.downgraded ? outcome.limit : state.usualLimit,
  };
}

function countedLabel(outcome: Outcome): FailureLabel | undefined {
  const isDoubted = outcome.kind === 'limited' && outcome.windowDoubt !== undefined;
  return isDoubted ? 'invalid_window' : failureLabel(outcome);
}

/** Counts successive answers without limit headers. A probe without an answer leaves the count unchanged. */
function countHeaderless(inARow: number, kind: Observation['reading']['kind']): number {
  if (kind === 'unmetered') return inARow + 1;
  return kind === 'metered' ? 0 : inARow;
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
