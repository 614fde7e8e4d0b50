import type { SeriesPoint } from '../../src/domain/forecast/series-point.ts';
import { drawExponential, type SeededRandom, seededRandom } from '../../src/kit/seeded-random.ts';
import { DAY_MS, type Demand, type Family, HOUR_MS, MINUTE_MS } from './demand.ts';
import { type BucketKind, type PlayedBucket, playBucket } from './true-bucket.ts';

/** A Monday, 00:00 UTC. */
const START = Date.UTC(2026, 9, 5);
const POLL_JITTER_MS = 10_000;
const LOST_SHARE = 0.02;
const FALSE_FULL_SHARE = 0.003;
const WOBBLE_SHARE = 0.01;
const OUTAGE_EVERY_MS = DAY_MS;

/** One simulated history: what Headroom read, and what was true. */
export interface Trace {
  readonly points: readonly SeriesPoint[];
  /** The truth, with a state at each point. */
  readonly truth: PlayedBucket;
  readonly demand: Demand;
  readonly evaluateFrom: number;
  readonly kind: BucketKind;
  readonly limit: number;
  readonly windowMs: number;
}

/** A trace to be made. */
export interface TracePlan {
  readonly family: Family;
  readonly kind: BucketKind;
  readonly windowMs: number;
  readonly limit: number;
  /** The time before forecasts are evaluated, in milliseconds. */
  readonly learnMs: number;
  readonly evaluateMs: number;
  readonly seed: number;
}

/** Makes the history of a bucket that is polled each minute, with lost polls, outages and false readings. */
export function makeTrace({ family, kind, windowMs, limit, learnMs, evaluateMs, seed }: TracePlan): Trace {
  const random = seededRandom(seed);
  // Traces begin at different times of the day, except those that learn a week.
  const startMs = Math.floor(random() * 7 * 24) * HOUR_MS + Math.floor(random() * HOUR_MS);
  const from = START + (learnMs > 7 * DAY_MS ? 0 : startMs);
  const to = from + learnMs + evaluateMs;
  // Demand beyond the end, so that the oracle knows what comes after the last forecast.
  const scene = { from: from - windowMs, to: to + windowMs, capacity: limit / windowMs, limit, windowMs };
  const demand = family(scene, random);
  const looks: number[] = [];
  for (let at = from; at < to; at += MINUTE_MS) looks.push(at + random() * POLL_JITTER_MS);
  const truth = playBucket(kind, { limit, windowMs }, demand.times(), [...looks, scene.to]);
  return {
    points: readPoints(looks, truth, limit, windowMs, random),
    truth,
    demand,
    evaluateFrom: from + learnMs,
    kind,
    limit,
    windowMs,
  };
}

function readPoints(
  looks: readonly number[],
  { states }: PlayedBucket,
  limit: number,
  windowMs: number,
  random: SeededRandom,
): SeriesPoint[] {
  let outageFrom = (looks[0] ?? 0) + drawExponential(random, OUTAGE_EVERY_MS);
  let outageTo = outageFrom + (5 + 20 * random()) * MINUTE_MS;
  return looks.map((at, i) => {
    if (at > outageTo) {
      outageFrom = at + drawExponential(random, OUTAGE_EVERY_MS);
      outageTo = outageFrom + (5 + 20 * random()) * MINUTE_MS;
    }
    if (random() < LOST_SHARE || (at >= outageFrom && at <= outageTo)) return { kind: 'missed', at };
    const remaining = misread(states[i]?.remaining ?? 0, limit, random);
    return { kind: 'limited', at, limit, remaining, windowSeconds: windowMs / 1_000, source: '192.0.2.1' };
  });
}

function misread(remaining: number, limit: number, random: SeededRandom): number {
  if (random() < FALSE_FULL_SHARE) return limit;
  if (random() < WOBBLE_SHARE) return Math.min(limit, Math.max(0, remaining + (random() < 0.5 ? 1 : -1)));
  return remaining;
}
