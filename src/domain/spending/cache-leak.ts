/** The requests for manifests that a pull-through cache has counted since its start. Blobs cost no pulls. */
export interface CacheCounters {
  readonly requests: number;
  /** Requests that the cache had to pass on: each costs a pull at most. */
  readonly misses: number;
}

/** Counters at one time. They only grow: a restart of the cache is already added up. */
export interface CacheSample extends CacheCounters {
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What a bucket lost, beside what its cache asked for, in the last hour. */
export interface CacheBalance {
  /** The range that was compared, in milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  /** The pulls that the bucket lost. */
  readonly lost: number;
  /** The pulls that the misses of the cache explain. */
  readonly missed: number;
}

/** A cache with its newest numbers. */
export interface CacheStatus extends CacheCounters {
  readonly name: string;
  /** The credential whose bucket it draws on. */
  readonly credential: string;
  /** Undefined while less than ten minutes can be compared, or the metrics or the bucket cannot be read. */
  readonly balance: CacheBalance | undefined;
}

/**
 * Pulls that may be missing from the misses without a leak: polls of the bucket and scrapes of the cache are up to a minute
 * apart, so that the pulls of some minutes may be in one number and not yet in the other.
 */
const TOLERANCE_PULLS = 5;
/** The same as a share of the misses: a cache that retries a request counts it once. */
const TOLERANCE_SHARE = 0.25;
/** Below this part of the tolerance the alert ends. In between it neither begins nor ends. */
const CLEAR_PART = 0.5;

/** Reports whether a bucket loses clearly more than its cache asked for: `leak`, `tight`, or `between` the thresholds. */
export function judgeBalance({ lost, missed }: CacheBalance): 'leak' | 'between' | 'tight' {
  const tolerance = Math.max(TOLERANCE_PULLS, missed * TOLERANCE_SHARE);
  const excess = lost - missed;
  if (excess > tolerance) return 'leak';
  return excess > tolerance * CLEAR_PART ? 'between' : 'tight';
}

/** The share of requests that a cache answered itself, from 0 to 1; undefined without requests. */
export function hitRatio({ requests, misses }: CacheCounters): number | undefined {
  return requests === 0 ? undefined : Math.max(0, 1 - misses / requests);
}
