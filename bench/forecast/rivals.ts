import { drawNormal, type SeededRandom } from '../../src/kit/seeded-random.ts';
import { HOUR_MS, MINUTE_MS } from './demand.ts';
import type { BucketKind } from './true-bucket.ts';

/** When a bucket is used up in each of many futures, in milliseconds since the epoch, sorted; infinite if it is not. */
export type Passages = readonly number[];

/** A bucket as a rival knows it. */
export interface KnownBucket {
  readonly kind: BucketKind;
  readonly remaining: number;
  readonly limit: number;
  readonly windowMs: number;
  /** When a fixed window ends; ignored for sliding ones. */
  readonly endsAt: number;
  /** When the counted pulls of a sliding window return, in order. */
  readonly returnsAt: readonly number[];
}

/** The number of simulated futures: the 1.5th percentile is based on three of them. */
const PATHS = 200;
/** Steps are as long as Headroom's: the first window has 120, later ones are five times as long. */
const STEPS_PER_WINDOW = 120;
const COARSE_FACTOR = 5;

/**
 * Simulates Poisson demand of a known rate (pulls per millisecond) against a bucket, until `horizonAt`.
 * The oracle has the true rate and the true bucket.
 */
export function poissonPassages(
  bucket: KnownBucket,
  rateAt: (at: number) => number,
  now: number,
  horizonAt: number,
  random: SeededRandom,
): Passages {
  const fineMs = Math.max(MINUTE_MS, bucket.windowMs / STEPS_PER_WINDOW);
  const steps: { at: number; lastsMs: number; mean: number }[] = [];
  for (let at = now; at < horizonAt; ) {
    const stepMs = at < now + bucket.windowMs ? fineMs : fineMs * COARSE_FACTOR;
    const lastsMs = Math.min(stepMs, horizonAt - at);
    // The rate is constant in five minutes: two instants are enough for a short step.
    const mean = ((rateAt(at + lastsMs / 4) + rateAt(at + (3 * lastsMs) / 4)) / 2) * lastsMs;
    steps.push({ at, lastsMs, mean });
    at += lastsMs;
  }
  return Array.from({ length: PATHS }, () => onePassage(bucket, steps, random)).sort((a, b) => a - b);
}

function onePassage(
  { kind, remaining, limit, windowMs, endsAt, returnsAt }: KnownBucket,
  steps: readonly { readonly at: number; readonly lastsMs: number; readonly mean: number }[],
  random: SeededRandom,
): number {
  let available = remaining;
  let next = 0;
  let resetAt = kind === 'sliding' ? Number.POSITIVE_INFINITY : endsAt;
  const own: { at: number; pulls: number }[] = [];
  let nextOwn = 0;
  for (const { at, lastsMs, mean } of steps) {
    const middle = at + lastsMs / 2;
    if (kind === 'sliding') {
      for (; (returnsAt[next] ?? Number.POSITIVE_INFINITY) <= middle; next += 1) available += 1;
      for (; (own[nextOwn]?.at ?? Number.POSITIVE_INFINITY) <= middle; nextOwn += 1) {
        available += own[nextOwn]?.pulls ?? 0;
      }
    } else if (middle >= resetAt) {
      available = limit;
      resetAt = kind === 'fixed-clock' ? resetAt + windowMs : Number.POSITIVE_INFINITY;
    }
    const pulls = drawPoisson(random, mean);
    if (pulls >= available) return at + (lastsMs * Math.max(0, available)) / (pulls + 1);
    available -= pulls;
    if (pulls > 0 && kind === 'sliding') own.push({ at: middle + windowMs, pulls });
    if (pulls > 0 && resetAt === Number.POSITIVE_INFINITY) resetAt = middle + windowMs;
  }
  return Number.POSITIVE_INFINITY;
}

function drawPoisson(random: SeededRandom, mean: number): number {
  if (mean > 40) return Math.max(0, Math.round(mean + Math.sqrt(mean) * drawNormal(random)));
  const limit = Math.exp(-mean);
  let product = random();
  let count = 0;
  for (; product > limit; count += 1) product *= random();
  return count;
}

/** A reading as rivals see it. */
interface Reading {
  readonly at: number;
  readonly remaining: number;
}

/**
 * Returns when a straight line through the last readings reaches 0: least squares, as Prometheus' `predict_linear`, with
 * false readings and refills.
 * @param readings in the order of time
 * @param overMs how far back it reads
 * @param horizonAt until when it is used; infinite is returned if the line does not reach 0 before
 */
export function straightLineDryAt(
  readings: readonly Reading[],
  now: number,
  overMs: number,
  horizonAt: number,
): number {
  const recent: Reading[] = [];
  for (let i = readings.length - 1; i >= 0 && (readings[i]?.at ?? 0) >= now - overMs; i -= 1) {
    const reading = readings[i];
    if (reading) recent.push(reading);
  }
  const n = recent.length;
  const meanAt = recent.reduce((sum, { at }) => sum + (at - now), 0) / n;
  const mean = recent.reduce((sum, { remaining }) => sum + remaining, 0) / n;
  const spread = recent.reduce((sum, { at }) => sum + (at - now - meanAt) ** 2, 0);
  const common = recent.reduce((sum, { at, remaining }) => sum + (at - now - meanAt) * (remaining - mean), 0);
  if (n < 2 || spread === 0 || common >= 0) return Number.POSITIVE_INFINITY;
  const slope = common / spread;
  const dryAt = now + Math.max(0, meanAt - mean / slope);
  return dryAt <= horizonAt ? dryAt : Number.POSITIVE_INFINITY;
}

/** The half life of the weight of past spending, in milliseconds. */
const RATE_HALF_LIFE_MS = 30 * MINUTE_MS;

/**
 * An exponentially weighted rate with Poisson ranges: the simplest honest forecast. It is given the true kind of window, and
 * the true end of a fixed one. One false full reading is ignored.
 */
export class WeightedRate {
  readonly #kind: BucketKind;
  readonly #windowMs: number;
  #before: Reading | undefined;
  #doubted = false;
  #spent = 0;
  #observedMs = 0;
  #returnsAt: number[] = [];

  constructor(kind: BucketKind, windowMs: number) {
    this.#kind = kind;
    this.#windowMs = windowMs;
  }

  /** Adds the next reading. */
  add({ at, remaining }: Reading, limit: number): void {
    const before = this.#before;
    const jumps = before !== undefined && remaining >= limit && remaining - before.remaining > 5;
    if (jumps && !this.#doubted) {
      this.#doubted = true;
      return;
    }
    this.#doubted = false;
    if (before) {
      const keep = 0.5 ** ((at - before.at) / RATE_HALF_LIFE_MS);
      const stillOut = this.#returnsAt.filter((returnsAt) => returnsAt > at);
      const returned = this.#kind === 'sliding' ? this.#returnsAt.length - stillOut.length : 0;
      const spent = Math.max(0, before.remaining + returned - remaining);
      this.#spent = this.#spent * keep + spent;
      this.#observedMs = this.#observedMs * keep + (at - before.at);
      const madeAt = (before.at + at) / 2;
      this.#returnsAt = [...stillOut, ...Array.from({ length: spent }, () => madeAt + this.#windowMs)];
    }
    this.#before = { at, remaining };
  }

  /** Returns the passages at the newest reading. */
  passages(limit: number, endsAt: number, now: number, horizonAt: number, random: SeededRandom): Passages {
    const rate = this.#spent / Math.max(HOUR_MS / 60, this.#observedMs);
    const bucket: KnownBucket = {
      kind: this.#kind,
      remaining: this.#before?.remaining ?? limit,
      limit,
      windowMs: this.#windowMs,
      endsAt,
      returnsAt: this.#returnsAt,
    };
    return poissonPassages(bucket, () => rate, now, horizonAt, random);
  }
}
