import type { Account } from '../accounts.ts';
import type { Limits, OwnLimit } from './bucket.ts';
import { type Bucket, FULL_BUCKET, pullsRemaining, pullsSpent, type Quota, spendPulls } from './bucket.ts';

/** The owner of a bucket: an account, or a source as returned by `sourceOfAddress`. */
export type MeteredClient =
  | { readonly kind: 'account'; readonly account: Account }
  | { readonly kind: 'source'; readonly source: string };

/** Limit, remaining pulls and window of a metered client. */
export interface Balance {
  readonly limit: number;
  readonly remaining: number;
  readonly windowSeconds: number;
}

/** Stores every bucket of the simulated hub. `now` is in milliseconds since the epoch. */
export interface Meter {
  /** Returns limit and window of a client; undefined: the client is not metered. */
  quota(client: MeteredClient, limits: Limits): Quota | undefined;
  /** Returns what a client has left; undefined: the client is not metered. */
  balance(client: MeteredClient, limits: Limits, now: number): Balance | undefined;
  /**
   * Counts pulls if that many are left. Returns false, and counts nothing, if not (since Docker's fix of February 2022).
   * If no pulls are left, even 0 pulls are denied.
   */
  trySpend(client: MeteredClient, pulls: number, limits: Limits, now: number): boolean;
  /** Counts pulls even if fewer are left. */
  spend(client: MeteredClient, pulls: number, limits: Limits, now: number): void;
  /** Overrides the limits of a client; undefined removes the override. */
  setOwnLimit(client: MeteredClient, limit: OwnLimit | undefined): void;
  /** Fills the bucket of a client; undefined: every bucket. */
  refill(client: MeteredClient | undefined): void;
}

/** Creates a meter with full buckets. */
export function createMeter(): Meter {
  const buckets = new Map<string, Bucket>();
  const ownLimits = new Map<string, OwnLimit>();

  function quota(client: MeteredClient, limits: Limits): Quota | undefined {
    const own = ownLimits.size === 0 ? undefined : ownLimits.get(keyOf(client));
    if (client.kind === 'account' && client.account.plan !== 'personal' && own?.limit === undefined) {
      return undefined;
    }
    return {
      limit: own?.limit ?? (client.kind === 'account' ? limits.personal : limits.anonymous),
      windowSeconds: own?.windowSeconds ?? limits.windowSeconds,
      window: limits.window,
    };
  }

  function bucketOf(client: MeteredClient): Bucket {
    return buckets.get(keyOf(client)) ?? FULL_BUCKET;
  }

  function spend(client: MeteredClient, pulls: number, limits: Limits, now: number): void {
    const allowed = quota(client, limits);
    if (allowed && pulls > 0) buckets.set(keyOf(client), spendPulls(bucketOf(client), pulls, allowed, now));
  }

  return {
    quota,
    balance(client, limits, now) {
      const allowed = quota(client, limits);
      if (!allowed) return undefined;
      const { limit, windowSeconds } = allowed;
      return { limit, windowSeconds, remaining: pullsRemaining(bucketOf(client), allowed, now) };
    },
    trySpend(client, pulls, limits, now) {
      const allowed = quota(client, limits);
      if (!allowed) return true;
      const spent = pullsSpent(bucketOf(client), allowed, now);
      if (spent >= allowed.limit || spent + pulls > allowed.limit) return false;
      spend(client, pulls, limits, now);
      return true;
    },
    spend,
    setOwnLimit(client, limit) {
      if (limit) ownLimits.set(keyOf(client), limit);
      else ownLimits.delete(keyOf(client));
    },
    refill(client) {
      if (client) buckets.delete(keyOf(client));
      else buckets.clear();
    },
  };
}

/** Returns the key of the bucket. An account that is named like an address has a different key than the address. */
function keyOf(client: MeteredClient): string {
  return client.kind === 'account' ? `account ${client.account.name}` : client.source;
}
