import type { MeteredBucket, PlanBucket } from './plan-bucket.ts';
import type { PullRange } from './pull-range.ts';

/** Whether a plan fits what is left. Instants are milliseconds since the epoch. */
export type Verdict =
  | { readonly kind: 'fits' }
  /** Not now, but when the bucket has refilled. */
  | FitsLater
  /** More than the bucket gives in a window, or more than others leave of it. */
  | { readonly kind: 'does-not-fit'; readonly mayFitNow: boolean; readonly capacity: number }
  | { readonly kind: 'unmetered' }
  | { readonly kind: 'unknown'; readonly reason: string };

/** It fits when the bucket has refilled. */
export interface FitsLater {
  readonly kind: 'fits-later';
  /** When that is at the latest, if nothing else than foreseen is pulled; undefined: the hub names no window. */
  readonly at: number | undefined;
  /** Whether it fits now already if all goes well: the lower bound does. */
  readonly mayFitNow: boolean;
}

const HOUR_SECONDS = 3_600;

/**
 * Holds a cost against a bucket, by its upper bound.
 * @param now milliseconds since the epoch
 */
export function judge(cost: PullRange, bucket: PlanBucket, now: number): Verdict {
  // Nothing fits everywhere.
  if (cost.high === 0) return { kind: 'fits' };
  if (bucket.kind === 'unmetered') return { kind: 'unmetered' };
  if (bucket.kind === 'unknown') return { kind: 'unknown', reason: bucket.reason };
  if (cost.high <= bucket.remaining) return { kind: 'fits' };
  const mayFitNow = cost.low <= bucket.remaining;
  const capacity = windowCapacity(bucket);
  if (cost.high > capacity) return { kind: 'does-not-fit', mayFitNow, capacity };
  return { kind: 'fits-later', at: fullAt(bucket, now), mayFitNow };
}

/** What a bucket has for us when it is as full as it gets: its limit, without what others are likely to spend meanwhile. */
export function windowCapacity({ limit, windowSeconds, ratePerHour = 0 }: MeteredBucket): number {
  const others = windowSeconds === undefined ? 0 : (ratePerHour * windowSeconds) / HOUR_SECONDS;
  return Math.max(0, Math.floor(limit - others));
}

/** When everything that is spent now has come back, at the latest. */
function fullAt({ refill, windowSeconds }: MeteredBucket, now: number): number | undefined {
  if (refill) return refill.latest;
  return windowSeconds === undefined ? undefined : now + windowSeconds * 1_000;
}
