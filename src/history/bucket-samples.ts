import {
  inTimeOrder,
  type Sample,
  type SeriesPoint,
  type UnlimitedPoint,
} from '../domain/forecast/series-point.ts';

/** What is kept of a bucket: a probe that learned nothing says nothing of it. */
export type BucketPoint = Sample | UnlimitedPoint;

/** The recent samples of one bucket, thinned and in little room. */
export interface BucketSamples {
  /** Adds samples of any credential of the bucket, in any order. */
  add(points: readonly BucketPoint[]): void;
  /** The samples, in the order of time. */
  points(): readonly SeriesPoint[];
  /** Moves all samples in time, by milliseconds. */
  shift(byMs: number): void;
  /** When the newest was taken, in milliseconds since the epoch; undefined when there is none. */
  newestAt(): number | undefined;
}

/** How long samples are kept for forecasts, in milliseconds: a day, four times the longest window known. */
export const SAMPLE_RETENTION_MS = 24 * 3_600_000;
/** Samples that come closer are one, in milliseconds: 45 s, so that polls a minute apart stay apart with their jitter. */
const MIN_DISTANCE_MS = 45_000;
/** The most samples of a bucket: one for each 45 seconds, and room to remove old ones seldom. */
const MAX_SAMPLES = Math.ceil(SAMPLE_RETENTION_MS / MIN_DISTANCE_MS) + 128;
/** Numbers of a sample: its time, what remains, limit and window. As an object it would take three times the room. */
const NUMBERS_PER_SAMPLE = 4;
const INITIAL_CAPACITY = 64;

/** @param source what the bucket's samples report as their source */
export function createBucketSamples(source: string | undefined): BucketSamples {
  return new PackedSamples(source);
}

class PackedSamples implements BucketSamples {
  readonly #source: string | undefined;
  #numbers = new Float64Array(INITIAL_CAPACITY * NUMBERS_PER_SAMPLE);
  #count = 0;
  /** When the first of the samples was taken that the newest one stands for. */
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

  /** Credentials that are polled together, or one that is polled every few seconds, give one sample: the lowest. */
  #append(point: BucketPoint): void {
    const newest = this.#count > 0 ? this.#pointAt(this.#count - 1) : undefined;
    const isSameGroup = point.at - this.#groupAt < MIN_DISTANCE_MS;
    if (newest && isSameGroup && hasSameLimit(newest, point)) {
      if (remainingOf(point) <= remainingOf(newest)) this.#write(this.#count - 1, point);
      return;
    }
    this.#groupAt = point.at;
    this.#makeRoom(point.at);
    this.#write(this.#count, point);
    this.#count += 1;
  }

  #makeRoom(now: number): void {
    if ((this.#count + 1) * NUMBERS_PER_SAMPLE <= this.#numbers.length) return;
    const isOld = (i: number) => (this.#numbers[i * NUMBERS_PER_SAMPLE] ?? 0) < now - SAMPLE_RETENTION_MS;
    let old = 0;
    while (old < this.#count && isOld(old)) old += 1;
    // A limit that changes back and forth all the time is not thinned: then the oldest go sooner.
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

/** Whether two samples speak of the same limit: a change must not be lost between them. */
function hasSameLimit(a: BucketPoint, b: BucketPoint): boolean {
  if (a.kind === 'unlimited' || b.kind === 'unlimited') return a.kind === b.kind;
  return a.limit === b.limit && a.windowSeconds === b.windowSeconds;
}

function remainingOf(point: BucketPoint): number {
  return point.kind === 'limited' ? point.remaining : 0;
}
