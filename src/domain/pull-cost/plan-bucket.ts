import type { CredentialSnapshot } from '../credential-snapshot.ts';
import { BLOCKS, FAILURES } from '../failure.ts';
import type { TimeRange } from '../forecast/refill.ts';
import type { PullRange } from './pull-range.ts';

/** What is known of the bucket that a plan is to draw on. Instants are milliseconds since the epoch. */
export type PlanBucket = MeteredBucket | UnmeteredBucket | UnknownBucket;

/** Whose bucket it is. */
interface BucketOwner {
  /** The name of the credential that it was asked with; undefined where somebody only named a number. */
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
  /** When it is full again if nothing else is pulled; null when it is full; undefined: not foreseen. */
  readonly refill: TimeRange | null | undefined;
  /** Pulls that others are likely to spend in an hour; undefined: not foreseen. */
  readonly ratePerHour: number | undefined;
}

/** A paid plan, or an exempt address. */
interface UnmeteredBucket extends BucketOwner {
  readonly kind: 'unmetered';
}

/** Nobody could say. */
interface UnknownBucket extends BucketOwner {
  readonly kind: 'unknown';
  /** Why: a clause without a full stop. */
  readonly reason: string;
}

/** The bucket of a credential, as far as its view tells. */
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
  return 'it has not been asked yet';
}

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
