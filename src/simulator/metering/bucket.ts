/**
 * What one source has spent, oldest first, at most one entry for each millisecond. Buckets go in and come out: a change
 * is a new bucket. Limit and window are arguments, so both may change while the bucket lives.
 */
export type Bucket = readonly Spend[];

/** Pulls that were counted at one moment. */
interface Spend {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Pulls; a half where two GETs are one pull. */
  readonly pulls: number;
}

/**
 * How a window moves. `sliding`: every pull comes back a window after it was spent. `fixed`: all come back at once,
 * at each multiple of the window since the epoch. Docker does not say which it is, and captures allow both.
 */
type WindowKind = 'sliding' | 'fixed';

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

/**
 * What a pull costs. `per-get`: each GET of a manifest is one pull (captures of 2026). `two-gets`: two GETs are one pull
 * (Docker's engineers, 2020). `per-architecture`: one for each architecture's manifest, none for an index or an
 * attestation (Docker's documentation).
 */
export type CountingModel = 'per-get' | 'two-gets' | 'per-architecture';

/** The counting models, for messages and choices. */
export const COUNTING_MODELS = [
  'per-get',
  'two-gets',
  'per-architecture',
] as const satisfies readonly CountingModel[];

/** The limits of a hub, as its profile sets them and as they may be changed while it runs. */
export interface Limits {
  /** Pulls in a window for an address without a login. */
  readonly anonymous: number;
  /** Pulls in a window for a personal account. */
  readonly personal: number;
  readonly windowSeconds: number;
  readonly window: WindowKind;
  readonly counting: CountingModel;
}

/** Limits of one source or account, in place of those everybody has. */
export interface OwnLimit {
  /** Pulls in a window. */
  readonly limit?: number;
  readonly windowSeconds?: number;
}

/**
 * What a GET of a manifest costs, in pulls. HEAD is free in every model.
 * @param isImage whether it is the manifest of an image: neither an index nor an attestation
 */
export function pullCost(model: CountingModel, isImage: boolean): number {
  if (model === 'two-gets') return 0.5;
  return model === 'per-architecture' && !isImage ? 0 : 1;
}
