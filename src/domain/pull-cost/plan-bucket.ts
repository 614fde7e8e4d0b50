import type { CredentialSnapshot } from '../credential-snapshot.ts';
import { BLOCKS, FAILURES } from '../failure.ts';
import type { TimeRange } from '../forecast/refill.ts';
import type { PullRange } from './pull-range.ts';

/** The bucket that a plan uses. Instants are milliseconds since the epoch. */
export type PlanBucket = MeteredBucket | UnmeteredBucket | UnknownBucket;

/** The owner of a bucket. */
interface BucketOwner {
  /** The name of its credential; undefined when only a number of pulls was given. */
  readonly credential: string | undefined;
  readonly hasLogin: boolean;
  /** The source as Docker Hub reports it. */
  readonly source: string | undefined;
}

/** A bucket with a limit. */
export interface MeteredBucket extends BucketOwner {
  readonly kind: 'metered';
  readonly remaining: number;
  readonly limit: number;
  readonly windowSeconds: number | undefined;
  /** When it is full again without further pulls. Null: it is full. Undefined: unknown. */
  readonly refill: TimeRange | null | undefined;
  /** Pulls that others are likely to spend in an hour. Undefined: unknown. */
  readonly ratePerHour: number | undefined;
}

/** A paid plan, or an exempt address. */
interface UnmeteredBucket extends BucketOwner {
  readonly kind: 'unmetered';
}

/** A bucket whose limit is unknown. */
interface UnknownBucket extends BucketOwner {
  readonly kind: 'unknown';
  /** Why: a clause without a full stop. */
  readonly reason: string;
}

/** Returns the bucket of a credential from its snapshot. */
export function bucketOfSnapshot(view: CredentialSnapshot): PlanBucket {
  const { name: credential, hasLogin, limited, enforced, outlook } = view;
  const owner = { credential, hasLogin, source: view.source?.value };
  if (enforced === false) return { ...owner, kind: 'unmetered' };
  if (!limited) return { ...owner, kind: 'unknown', reason: whyUnknown(view) };
  const { remaining, limit, windowSeconds } = limited;
  const forecast = outlook?.forecast;
  return {
    ...owner,
    kind: 'metered',
    remaining,
    limit,
    windowSeconds,
    refill: forecast && 'refill' in forecast ? forecast.refill : undefined,
    ratePerHour: forecast?.kind === 'forecast' ? forecast.ratePerHour.likely : undefined,
  };
}

function whyUnknown({ latest }: CredentialSnapshot): string {
  const outcome = latest?.outcome;
  if (outcome?.kind === 'failed') return `${FAILURES[outcome.reason].meaning}: ${outcome.detail}`;
  if (outcome?.kind === 'blocked') return BLOCKS[outcome.reason].meaning;
  return 'it has not been probed yet';
}

/** Whether a plan fits what is left. Instants are milliseconds since the epoch. */
export type Verdict =
  | { readonly kind: 'fits' }
  /** It fits after the bucket has refilled. */
  | FitsLater
  /** It costs more than the limit, or more than others are likely to leave of it. */
  | { readonly kind: 'does-not-fit'; readonly mayFitNow: boolean; readonly capacity: number }
  | { readonly kind: 'unmetered' }
  | { readonly kind: 'unknown'; readonly reason: string };

/** A plan that fits after the bucket has refilled. */
export interface FitsLater {
  readonly kind: 'fits-later';
  /** The latest time at which it fits, by the forecast. Undefined: the hub states no window. */
  readonly at: number | undefined;
  /** Whether the lower bound of the cost fits now. */
  readonly mayFitNow: boolean;
}

const HOUR_SECONDS = 3_600;

/**
 * Compares the upper bound of a cost with a bucket.
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

/** Returns the pulls that a full bucket has for a plan: its limit without the pulls that others are likely to spend in a window. */
export function windowCapacity({ limit, windowSeconds, ratePerHour = 0 }: MeteredBucket): number {
  const others = windowSeconds === undefined ? 0 : (ratePerHour * windowSeconds) / HOUR_SECONDS;
  return Math.max(0, Math.floor(limit - others));
}

/** Returns the latest time at which all spent pulls have returned; undefined when the window is unknown. */
function fullAt({ refill, windowSeconds }: MeteredBucket, now: number): number | undefined {
  if (refill) return refill.latest;
  return windowSeconds === undefined ? undefined : now + windowSeconds * 1_000;
}
