import type { Account } from '../accounts.ts';
import type { Limits, OwnLimit } from './bucket.ts';
import { type Bucket, FULL_BUCKET, pullsRemaining, pullsSpent, type Quota, spendPulls } from './bucket.ts';

/** Who is metered: an account, or an address without one (already as a source: see `sourceOfAddress`). */
export type Drawer =
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
  quota(drawer: Drawer, limits: Limits): Quota | undefined;
  balance(drawer: Drawer, limits: Limits, now: number): Balance | undefined;
  /**
   * Counts pulls if that many are left; when nothing is left, even a free GET is denied. A denied pull does not count
   * (since Docker's fix of February 2022).
   */
  trySpend(drawer: Drawer, pulls: number, limits: Limits, now: number): boolean;
  /** Counts pulls whatever is left. */
  spend(drawer: Drawer, pulls: number, limits: Limits, now: number): void;
  /** Gives a drawer limits of its own, or with undefined those of everybody again. */
  setOwnLimit(drawer: Drawer, limit: OwnLimit | undefined): void;
  /** Fills every bucket, or only the drawer's. */
  refill(drawer: Drawer | undefined): void;
}

/** Starts with every bucket full. */
export function createMeter(): Meter {
  const buckets = new Map<string, Bucket>();
  const ownLimits = new Map<string, OwnLimit>();

  function quota(drawer: Drawer, limits: Limits): Quota | undefined {
    const own = ownLimits.size === 0 ? undefined : ownLimits.get(keyOf(drawer));
    if (drawer.kind === 'account' && drawer.account.plan !== 'personal' && own?.limit === undefined) {
      return undefined;
    }
    return {
      limit: own?.limit ?? (drawer.kind === 'account' ? limits.personal : limits.anonymous),
      windowSeconds: own?.windowSeconds ?? limits.windowSeconds,
      window: limits.window,
    };
  }

  function bucketOf(drawer: Drawer): Bucket {
    return buckets.get(keyOf(drawer)) ?? FULL_BUCKET;
  }

  function spend(drawer: Drawer, pulls: number, limits: Limits, now: number): void {
    const allowed = quota(drawer, limits);
    if (allowed && pulls > 0) buckets.set(keyOf(drawer), spendPulls(bucketOf(drawer), pulls, allowed, now));
  }

  return {
    quota,
    balance(drawer, limits, now) {
      const allowed = quota(drawer, limits);
      if (!allowed) return undefined;
      const { limit, windowSeconds } = allowed;
      return { limit, windowSeconds, remaining: pullsRemaining(bucketOf(drawer), allowed, now) };
    },
    trySpend(drawer, pulls, limits, now) {
      const allowed = quota(drawer, limits);
      if (!allowed) return true;
      const spent = pullsSpent(bucketOf(drawer), allowed, now);
      if (spent >= allowed.limit || spent + pulls > allowed.limit) return false;
      spend(drawer, pulls, limits, now);
      return true;
    },
    spend,
    setOwnLimit(drawer, limit) {
      if (limit) ownLimits.set(keyOf(drawer), limit);
      else ownLimits.delete(keyOf(drawer));
    },
    refill(drawer) {
      if (drawer) buckets.delete(keyOf(drawer));
      else buckets.clear();
    },
  };
}

/** Keeps an account that is named like an address apart from the address. */
function keyOf(drawer: Drawer): string {
  return drawer.kind === 'account' ? `account ${drawer.account.name}` : drawer.source;
}
