/**
 * What one source has spent, oldest first, at most one entry for each millisecond. Buckets go in and come out: a change
 * is a new bucket. Limit and window are arguments, so both may change while the bucket lives.
 */
export type Bucket = readonly Spend[];

/** Pulls that were counted at one moment. */
export interface Spend {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Pulls; a half where two GETs are one pull. */
  readonly pulls: number;
}

/**
 * How a window moves. `sliding`: every pull comes back a window after it was spent. `fixed`: all come back at once,
 * at each multiple of the window since the epoch. Docker does not say which it is, and captures allow both.
 */
export type WindowKind = 'sliding' | 'fixed';

/** The kinds of window, for messages and choices. */
export const WINDOW_KINDS = ['sliding', 'fixed'] as const satisfies readonly WindowKind[];

/** What a bucket is measured by. */
export interface Quota {
  /** Pulls allowed in a window. */
  readonly limit: number;
  readonly windowSeconds: number;
  readonly window: WindowKind;
}

/** A bucket nobody has drawn on. */
export const FULL_BUCKET: Bucket = [];

/** Pulls that count now. */
export function pullsSpent(bucket: Bucket, quota: Quota, now: number): number {
  const since = windowStart(quota, now);
  let pulls = 0;
  for (let i = bucket.length - 1; i >= 0; i--) {
    const spend = bucket[i];
    if (!spend || spend.at < since) break;
    pulls += spend.pulls;
  }
  return pulls;
}

/** Whole pulls left: a started pull counts as left until its second half is spent, so that 0 is really the end. */
export function pullsRemaining(bucket: Bucket, quota: Quota, now: number): number {
  return Math.max(0, Math.ceil(quota.limit - pullsSpent(bucket, quota, now)));
}

/** The bucket after some pulls. Pulls that have left the window are forgotten on the way. */
export function spendPulls(bucket: Bucket, pulls: number, quota: Quota, now: number): Bucket {
  const since = windowStart(quota, now);
  const kept = bucket.filter(({ at }) => at >= since);
  const last = kept.at(-1);
  if (last?.at === now) return [...kept.slice(0, -1), { at: now, pulls: last.pulls + pulls }];
  return [...kept, { at: now, pulls }];
}

/** Since when pulls count, in milliseconds since the epoch; a pull is out of a sliding window when it is a window old. */
function windowStart({ windowSeconds, window }: Quota, now: number): number {
  const windowMs = windowSeconds * 1_000;
  return window === 'fixed' ? Math.floor(now / windowMs) * windowMs : now - windowMs + 1;
}
