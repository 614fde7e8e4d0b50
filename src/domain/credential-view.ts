import type { CredentialState, KnownResult } from './credential-state.ts';
import type { Limited } from './outcome.ts';
import type { BlockReason } from './reading.ts';
import { type FailureLabel, failureLabel, type Result } from './result.ts';
import type { Source } from './source.ts';

/** How many poll intervals a value is shown after the last probe that confirmed it. */
export const KEPT_INTERVALS = 3;

/**
 * What may be said of a credential at one moment. A value that is too old to be believed is not there; metrics, pages
 * and the API all say what stands here, so that they can never disagree.
 */
export interface CredentialView {
  readonly name: string;
  readonly hasLogin: boolean;
  /** Whether the newest probe worked; undefined before the first one. False too when polling has stopped. */
  readonly up: boolean | undefined;
  /** The limit, while it may be believed. */
  readonly limited: Limited | undefined;
  /** Whether pulls are metered: false is unlimited, undefined is not known. */
  readonly enforced: boolean | undefined;
  readonly source: Source | undefined;
  /** The block that the newest probe ran into. */
  readonly blocked: BlockReason | undefined;
  readonly downgraded: boolean;
  /** The newest probe, whatever it learned. */
  readonly latest: Result | undefined;
  /** When the newest successful probe ended, in milliseconds since the epoch. Kept when the values have gone. */
  readonly lastSuccessAt: number | undefined;
  /** Probes so far. */
  readonly polls: number;
  /** Probes that learned nothing, by reason; a reason that never occurred is not there. */
  readonly failures: Readonly<Partial<Record<FailureLabel, number>>>;
}

/** What may be said of a credential at `now` (milliseconds since the epoch). */
export function viewCredential(state: CredentialState, now: number): CredentialView {
  const known = state.known && now < expiresAt(state.known) ? state.known.outcome : undefined;
  const limited = known?.kind === 'limited' ? known : undefined;
  return {
    name: state.identity.name,
    hasLogin: state.identity.hasLogin,
    // Every result that is no failure is the newest one that is known.
    up: state.latest && known !== undefined && failureLabel(state.latest.outcome) === undefined,
    limited,
    enforced: known && known.kind === 'limited',
    source: known?.source,
    blocked: state.latest?.outcome.kind === 'blocked' ? state.latest.outcome.reason : undefined,
    downgraded: limited?.downgraded ?? false,
    latest: state.latest,
    lastSuccessAt: state.known?.at,
    polls: state.polls,
    failures: state.failures,
  };
}

/**
 * When the view of this state changes without a new result, in milliseconds since the epoch: the moment its value
 * becomes too old. Undefined when it has none, or has lost it already.
 */
export function viewChangesAt(state: CredentialState, now: number): number | undefined {
  const at = state.known && expiresAt(state.known);
  return at !== undefined && at > now ? at : undefined;
}

function expiresAt(known: KnownResult): number {
  return known.at + KEPT_INTERVALS * known.intervalMs;
}
