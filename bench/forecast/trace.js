import { seededRandom } from '../../dist/kit/seeded-random.js';
import { playBucket } from './true-bucket.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** A Monday, 00:00 UTC. */
const START = Date.UTC(2026, 9, 5);
const POLL_JITTER_MS = 10_000;
const LOST_SHARE = 0.02;
const FALSE_FULL_SHARE = 0.003;
const WOBBLE_SHARE = 0.01;
const OUTAGE_EVERY_MS = DAY_MS;

/**
 * One simulated history: what Headroom saw, and what was true.
 * @typedef {object} Trace
 * @property {import('../../src/domain/forecast/series-point.ts').SeriesPoint[]} points
 * @property {import('./true-bucket.js').State[]} states the truth at each point
 * @property {{from: number, to: number}[]} dry
 * @property {number} evaluateFrom
 * @property {number} limit
 * @property {number} windowMs
 */

/**
 * @param {{family: import('./demand-families.js').Family, kind: import('./true-bucket.js').BucketKind,
 *   windowMs: number, limit: number, learnMs: number, evaluateMs: number, seed: number}} plan
 * @returns {Trace}
 */
export function makeTrace({ family, kind, windowMs, limit, learnMs, evaluateMs, seed }) {
  const random = seededRandom(seed);
  // Traces begin at different times of the day, except those with a week to them.
  const from =
    START + (learnMs > DAY_MS ? 0 : Math.floor(random() * 7 * 24) * HOUR_MS + Math.floor(random() * HOUR_MS));
  const to = from + learnMs + evaluateMs;
  const scene = { from: from - windowMs, to, capacity: limit / windowMs, limit, windowMs };
  const demand = family(scene, random);
  const looks = [];
  for (let at = from; at < to; at += MINUTE_MS) looks.push(at + random() * POLL_JITTER_MS);
  const { states, dry } = playBucket(kind, { limit, windowMs }, demand, looks);
  let outageFrom = from - OUTAGE_EVERY_MS * Math.log(1 - random());
  let outageTo = outageFrom + (5 + 20 * random()) * MINUTE_MS;
  const points = looks.map((at, i) => {
    if (at > outageTo) {
      outageFrom = at - OUTAGE_EVERY_MS * Math.log(1 - random());
      outageTo = outageFrom + (5 + 20 * random()) * MINUTE_MS;
    }
    if (random() < LOST_SHARE || (at >= outageFrom && at <= outageTo)) return { kind: 'missed', at };
    const remaining = misread(states[i]?.remaining ?? 0, limit, random);
    return { kind: 'limited', at, limit, remaining, windowSeconds: windowMs / 1_000, source: '192.0.2.1' };
  });
  return { points, states, dry, evaluateFrom: from + learnMs, limit, windowMs };
}

/** @type {(remaining: number, limit: number, random: () => number) => number} */
function misread(remaining, limit, random) {
  if (random() < FALSE_FULL_SHARE) return limit;
  if (random() < WOBBLE_SHARE) return Math.min(limit, Math.max(0, remaining + (random() < 0.5 ? 1 : -1)));
  return remaining;
}
