import type { CredentialSnapshot } from './credential-snapshot.ts';

/**
 * The statuses of a credential, worst first: the order of lists on pages and of counts in summaries.
 *
 * `exhausted` no pulls are left; `blocked` the hub rejects all requests; `rejected` the login is wrong; `downgraded` a
 * login is metered as anonymous; `failing` the newest probe failed; `low` below the threshold; `waiting` not probed yet;
 * `ok`; `unlimited`.
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

/** The share of the limit below which a credential is `low`: 0.2. The rule RateLimitLow uses the same. */
export const LOW_SHARE = 0.2;

/** The fields of a snapshot that determine its status. Without `latest`, a rejected login counts as `failing`. */
export type StatusInputs = Pick<
  CredentialSnapshot,
  'up' | 'limited' | 'enforced' | 'blocked' | 'downgraded'
> & {
  readonly latest?: CredentialSnapshot['latest'];
};

/** Returns the status of a credential. */
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
