import type { Account } from '../accounts.ts';
import type { Limits, OwnLimit } from './bucket.ts';
import { type Bucket, FULL_BUCKET, pullsRemaining, pullsSpent, type Quota, spendPulls } from './bucket.ts';

/** Who is metered: an account, or an address without one (already as a source: see `sourceOfAddress`). */
export type MeteredClient =
  | { readonly kind: 'account'; readonly account: Account }
  | { readonly kind: 'source'; readonly source: string };

/** What a drawer has; undefined for those nobody meters. */
export interface Balance {
  readonly limit: number;
  readonly remaining: number;
  readonly windowSeconds: number;
}

/** Every bucket of the simulated hub. */
export interface Meter {
  /** The limits that hold for a drawer; undefined: unlimited. */
  quota(client: MeteredClient, limits: Limits): Quota | undefined;
  balance(client: MeteredClient, limits: Limits, now: number): Balance | undefined;
  /**
   * Counts pulls if that many are left; when nothing is left, even a free GET is denied. A denied pull does not count
   * (since Docker's fix of February 2022).
   */
  trySpend(client: MeteredClient, pulls: number, limits: Limits, now: number): boolean;
  /** Counts pulls whatever is left. */
  spend(client: MeteredClient, pulls: number, limits: Limits, now: number): void;
  /** Gives a drawer limits of its own, or with undefined those of everybody again. */
  setOwnLimit(client: MeteredClient, limit: OwnLimit | undefined): void;
  /** Fills every bucket, or only the drawer's. */
  refill(client: MeteredClient | undefined): void;
}

/** Starts with every bucket full. */
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

/** Keeps an account that is named like an address apart from the address. */
function keyOf(client: MeteredClient): string {
  return client.kind === 'account' ? `account ${client.account.name}` : client.source;
}
