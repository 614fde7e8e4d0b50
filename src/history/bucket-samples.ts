import {
  inTimeOrder,
  type Sample,
  type SeriesPoint,
  type UnlimitedPoint,
} from '../domain/forecast/series-point.ts';

/** A sample of a bucket; failed probes are not stored. */
export type BucketPoint = Sample | UnlimitedPoint;

/** The recent samples of one bucket, thinned and stored compactly. */
export interface BucketSamples {
  /** Adds samples of any credential of the bucket, in any order. */
  add(points: readonly BucketPoint[]): void;
  /** Returns the samples in the order of time. */
  points(): readonly SeriesPoint[];
  /** Shifts the times of all samples by `byMs` milliseconds. */
  shift(byMs: number): void;
  /** Returns the time of the newest sample, in milliseconds since the epoch; undefined without samples. */
  newestAt(): number | undefined;
}

/** The retention of samples in milliseconds: two days, so that forecasts can compare a day with the one before. */
export const SAMPLE_RETENTION_MS = 48 * 3_600_000;
/** Samples within this time are merged, in milliseconds: 45 s, less than the interval of polls each minute with jitter. */
const MIN_DISTANCE_MS = 45_000;
/** The maximum number of samples of a bucket: one per 45 seconds, and a reserve, so that old samples are rarely removed. */
const MAX_SAMPLES = Math.ceil(SAMPLE_RETENTION_MS / MIN_DISTANCE_MS) + 128;
/** Numbers per sample: time, remaining, limit and window. An object would need three times the memory. */
const NUMBERS_PER_SAMPLE = 4;
const INITIAL_CAPACITY = 64;

/**
 * Creates an empty list of samples.
 * @param source the source of the samples; undefined if the hub reports none
 */
export function createBucketSamples(source: string | undefined): BucketSamples {
  return new PackedSamples(source);
}

class PackedSamples implements BucketSamples {
  readonly #source: string | undefined;
  #numbers = new Float64Array(INITIAL_CAPACITY * NUMBERS_PER_SAMPLE);
  #count = 0;
  /** The time of the first sample that was merged into the newest one. */
  #groupAt = Number.NEGATIVE_INFINITY;

  constructor(source: string | undefined) {
    this.#source = source;
  }

  add(points: readonly BucketPoint[]): void {
    const added = inTimeOrder(points);
    const isNewer = (added[0]?.at ?? 0) >= (this.newestAt() ?? Number.NEGATIVE_INFINITY);
    const all = isNewer ? added : inTimeOrder([...this.#all(), ...added]);
    if (!isNewer) this.#clear();
    for (const point of all) this.#append(point);
  }

  points(): readonly SeriesPoint[] {
    return this.#all();
  }

  shift(byMs: number): void {
    for (let i = 0; i < this.#count; i += 1) {
      this.#numbers[i * NUMBERS_PER_SAMPLE] = (this.#numbers[i * NUMBERS_PER_SAMPLE] ?? 0) + byMs;
    }
    this.#groupAt += byMs;
  }

  newestAt(): number | undefined {
    return this.#count === 0 ? undefined : this.#numbers[(this.#count - 1) * NUMBERS_PER_SAMPLE];
  }

  #clear(): void {
    this.#count = 0;
    this.#groupAt = Number.NEGATIVE_INFINITY;
  }

  #all(): BucketPoint[] {
    return Array.from({ length: this.#count }, (_, i) => this.#pointAt(i));
  }

  /** Appends a sample, or merges it into the newest one if it is close; the lower value is kept. */
  #append(point: BucketPoint): void {
    const newest = this.#count > 0 ? this.#pointAt(this.#count - 1) : undefined;
    const isSameGroup = point.at - this.#groupAt < MIN_DISTANCE_MS;
    if (newest && isSameGroup && hasSameLimit(newest, point)) {
      if (remainingOf(point) <= remainingOf(newest)) this.#write(this.#count - 1, point);
      return;
    }
    this.#groupAt = point.at;
    this.#reserve(point.at);
    this.#write(this.#count, point);
    this.#count += 1;
  }

  #reserve(now: number): void {
    if ((this.#count + 1) * NUMBERS_PER_SAMPLE <= this.#numbers.length) return;
    const isOld = (i: number) => (this.#numbers[i * NUMBERS_PER_SAMPLE] ?? 0) < now - SAMPLE_RETENTION_MS;
    let old = 0;
    while (old < this.#count && isOld(old)) old += 1;
    // Samples of a limit that changes constantly are not merged; then the oldest are removed earlier.
    if (this.#count - old >= MAX_SAMPLES) old = this.#count - MAX_SAMPLES + INITIAL_CAPACITY;
    const wanted = Math.ceil((this.#count - old) * 1.25) + INITIAL_CAPACITY;
    const kept = new Float64Array(Math.min(MAX_SAMPLES, wanted) * NUMBERS_PER_SAMPLE);
    kept.set(this.#numbers.subarray(old * NUMBERS_PER_SAMPLE, this.#count * NUMBERS_PER_SAMPLE));
    this.#numbers = kept;
    this.#count -= old;
  }

  #write(i: number, point: BucketPoint): void {
    const limited = point.kind === 'limited' ? point : undefined;
    const { remaining = Number.NaN, limit = Number.NaN, windowSeconds = Number.NaN } = limited ?? {};
    this.#numbers.set([point.at, remaining, limit, windowSeconds], i * NUMBERS_PER_SAMPLE);
  }

  #pointAt(i: number): BucketPoint {
    const [at = 0, remaining = 0, limit = Number.NaN, windowSeconds = Number.NaN] = this.#numbers.subarray(
      i * NUMBERS_PER_SAMPLE,
      (i + 1) * NUMBERS_PER_SAMPLE,
    );
    const source = this.#source;
    if (Number.isNaN(limit)) return { kind: 'unlimited', at, source };
    const window = Number.isNaN(windowSeconds) ? undefined : windowSeconds;
    return { kind: 'limited', at, limit, remaining, windowSeconds: window, source };
  }
}

/** Reports whether two samples have the same limit and window, so that merging them loses no change. */
function hasSameLimit(a: BucketPoint, b: BucketPoint): boolean {
  if (a.kind === 'unlimited' || b.kind === 'unlimited') return a.kind === b.kind;
  return a.limit === b.limit && a.windowSeconds === b.windowSeconds;
}

function remainingOf(point: BucketPoint): number {
  return point.kind === 'limited' ? point.remaining : 0;
}
