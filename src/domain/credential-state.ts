import type { FailureLabel, Limited, Observation, Outcome, Result, Unlimited } from './result.ts';
import { conclude, failureLabel } from './result.ts';

/** Who a credential is, as far as everybody may know: no user name, no secret. */
export interface CredentialIdentity {
  /** The configured name. */
  readonly name: string;
  /** Whether it is a login, or anonymous. */
  readonly hasLogin: boolean;
  /**
   * Changes when the credential becomes another one under the same name: another user, route, image or hub.
   * Earlier answers then say nothing about it. Never shown.
   */
  readonly fingerprint: string;
}

/** A result that said something about the limit. */
export interface KnownResult extends Result {
  readonly outcome: Limited | Unlimited;
}

/** Everything that is known of one credential, folded from its results. */
export interface CredentialState {
  readonly identity: CredentialIdentity;
  /** Probes so far. */
  readonly polls: number;
  /**
   * Probes that learned nothing, by reason; a reason that never occurred is not there. `invalid_window` counts answers
   * that were used without their window.
   */
  readonly failures: Readonly<Partial<Record<FailureLabel, number>>>;
  /** The newest result, whatever it was. */
  readonly latest: Result | undefined;
  /** The newest result that said something about the limit. */
  readonly known: KnownResult | undefined;
  /** Answers without limit headers since the last one with them. */
  readonly headerlessInARow: number;
  /** The limit of this login when it was last seen and not downgraded, in pulls. */
  readonly usualLimit: number | undefined;
}

/** A credential nothing is known of yet. */
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
 * @param anonymousLimit what an anonymous credential at the same hub reports as its limit, in pulls
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

/** A probe that got no answer neither counts towards "unlimited" nor breaks the row. */
function countHeaderless(inARow: number, kind: Observation['reading']['kind']): number {
  if (kind === 'unmetered') return inARow + 1;
  return kind === 'metered' ? 0 : inARow;
}
