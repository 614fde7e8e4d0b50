import type { CredentialSnapshot } from './credential-snapshot.ts';

/**
 * The state of a credential in one word, worst first: the order in which pages list and summaries count.
 *
 * `exhausted` nothing is left; `blocked` the hub refuses to talk; `rejected` the login is wrong; `downgraded` a login
 * is metered as anonymous; `failing` the newest probe learned nothing; `low` below the threshold; `waiting` not probed
 * yet; `ok`; `unlimited`.
 */
export const STATUSES = [
  'exhausted',
  'blocked',
  'rejected',
  'downgraded',
  'failing',
  'low',
  'waiting',
  'ok',
  'unlimited',
] as const;

/** One of `STANDINGS`. */
export type Status = (typeof STATUSES)[number];

/** Below which share of the limit a credential counts as low: 0.2. The rule RateLimitLow uses the same. */
export const LOW_SHARE = 0.2;

/** What a status follows from. Where the newest result is not known, a failure is just that. */
export type StatusInputs = Pick<
  CredentialSnapshot,
  'up' | 'limited' | 'enforced' | 'blocked' | 'downgraded'
> & {
  readonly latest?: CredentialSnapshot['latest'];
};

/** The state of a credential in one word. */
export function statusOf(view: StatusInputs): Status {
  if (view.up === undefined) return 'waiting';
  if (view.limited && view.limited.remaining <= 0) return 'exhausted';
  if (view.blocked) return 'blocked';
  const failure = view.latest?.outcome.kind === 'failed' ? view.latest.outcome.reason : undefined;
  if (failure === 'unauthorized') return 'rejected';
  if (view.downgraded) return 'downgraded';
  if (!view.up) return 'failing';
  if (view.enforced === false) return 'unlimited';
  return view.limited && view.limited.remaining < view.limited.limit * LOW_SHARE ? 'low' : 'ok';
}

/** Orders statuses worst first, for `Array.prototype.sort`. */
export function compareStatuses(a: Status, b: Status): number {
  return STATUSES.indexOf(a) - STATUSES.indexOf(b);
}
