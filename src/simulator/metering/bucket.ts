/**
 * Pulls that one source has spent, oldest first, with at most one entry per millisecond. Immutable: functions return a
 * new bucket. Limit and window are arguments, so that both may change while the bucket is in use.
 */
export type Bucket = readonly Spend[];

/** Pulls that were counted at one instant. */
interface Spend {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Pulls; 0.5 where two GETs are one pull. */
  readonly pulls: number;
}

/**
 * How pulls return. `sliding`: every pull returns one window after it was spent. `fixed`: all pulls return together, at
 * each multiple of the window since the epoch. Docker does not document which it uses, and captures fit both.
 */
type WindowKind = 'sliding' | 'fixed';

/** Every kind of window, for messages and schemas. */
export const WINDOW_KINDS = ['sliding', 'fixed'] as const satisfies readonly WindowKind[];

/** Limit and window of a bucket. */
export interface Quota {
  /** Pulls allowed in a window. */
  readonly limit: number;
  readonly windowSeconds: number;
  readonly window: WindowKind;
}

/** A bucket without spent pulls. */
export const FULL_BUCKET: Bucket = [];

/**
 * Returns the pulls that were spent in the current window.
 * @param now milliseconds since the epoch
 */
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

/** Returns the remaining pulls, rounded up: half a pull counts as one, so that 0 means that no GET is allowed. */
export function pullsRemaining(bucket: Bucket, quota: Quota, now: number): number {
  return Math.max(0, Math.ceil(quota.limit - pullsSpent(bucket, quota, now)));
}

/** Returns the bucket after some pulls, without the pulls that have left the window. */
export function spendPulls(bucket: Bucket, pulls: number, quota: Quota, now: number): Bucket {
  const since = windowStart(quota, now);
  const kept = bucket.filter(({ at }) => at >= since);
  const last = kept.at(-1);
  if (last?.at === now) return [...kept.slice(0, -1), { at: now, pulls: last.pulls + pulls }];
  return [...kept, { at: now, pulls }];
}

/** Returns the start of the window, in milliseconds since the epoch, inclusive. */
function windowStart({ windowSeconds, window }: Quota, now: number): number {
  const windowMs = windowSeconds * 1_000;
  return window === 'fixed' ? Math.floor(now / windowMs) * windowMs : now - windowMs + 1;
}

/**
 * How pulls are counted. `per-get`: each GET of a manifest is one pull (captures of 2026). `two-gets`: two GETs are one
 * pull (Docker's engineers, 2020). `per-architecture`: a GET of the manifest of an image is one pull, a GET of an index or
 * an attestation is free (Docker's documentation).
 */
export type CountingModel = 'per-get' | 'two-gets' | 'per-architecture';

/** Every counting model, for messages and schemas. */
export const COUNTING_MODELS = [
  'per-get',
  'two-gets',
  'per-architecture',
] as const satisfies readonly CountingModel[];

/** The limits of a hub. Its profile sets them; they can be overridden while the hub runs. */
export interface Limits {
  /** Pulls in a window for an address without a login. */
  readonly anonymous: number;
  /** Pulls in a window for a personal account. */
  readonly personal: number;
  readonly windowSeconds: number;
  readonly window: WindowKind;
  readonly counting: CountingModel;
}

/** Limits of one source or account, which override the limits of the hub. */
export interface OwnLimit {
  /** Pulls in a window. */
  readonly limit?: number;
  readonly windowSeconds?: number;
}

/**
 * Returns the cost of a GET of a manifest, in pulls: 0, 0.5 or 1. HEAD is free in every model.
 * @param isImage false for the manifest of an index or an attestation
 */
export function pullCost(model: CountingModel, isImage: boolean): number {
  if (model === 'two-gets') return 0.5;
  return model === 'per-architecture' && !isImage ? 0 : 1;
}
