import { drawNormal, type SeededRandom, seededRandom } from '../../kit/seeded-random.ts';
import { demandHistory } from './demand-history.ts';
import { type DemandPath, demandPaths, type TimeStep } from './demand-path.ts';
import { followDemand } from './demand-rate.ts';
import { type SimulatedBucket, simulatedBucket } from './simulated-bucket.ts';
import type { Stretch } from './stretch.ts';
import type { WeeklyProfile } from './weekly-profile.ts';
import type { WeightedState } from './window-evidence.ts';

/** The results of many simulated futures of a bucket. */
export interface Futures {
  /** When each future is exhausted, in milliseconds since the epoch, sorted; infinite for those that are not. */
  readonly dryAt: readonly number[];
  /** Demand of each future over the next hour, in pulls per hour, sorted. */
  readonly pullsPerHour: readonly number[];
}

/** The number of simulated futures: the 1.5th percentile is based on four of them. */
const PATHS = 256;
/** The first step of the simulation in milliseconds, and the growth of later ones as a share of the time ahead. */
const FIRST_STEP_MS = 60_000;
const STEP_SHARE = 1 / 20;
const HOUR_MS = 3_600_000;
/** The simulated time with a weekly profile, in milliseconds: a day. */
const PROFILE_HORIZON_MS = 24 * HOUR_MS;
/** The least weight of a kind of window that is simulated. */
const LEAST_WEIGHT = 0.05;

/**
 * Simulates a bucket from its last sample, many times, with random values for the unknown: the kind of window, the returns
 * of unobserved pulls, and the demand. The same history gives the same futures.
 *
 * Without a weekly profile a future ends when all pulls that count now have returned; with one, after a day.
 */
export function simulateFutures(
  stretch: Stretch,
  tracks: readonly WeightedState[],
  profile: WeeklyProfile | undefined,
): Futures {
  const last = stretch.samples.at(-1);
  if (!last) return { dryAt: [], pullsPerHour: [] };
  const { limit, windowMs } = stretch;
  const steps = timeSteps(last.at, profile ? Math.max(windowMs, PROFILE_HORIZON_MS) : windowMs);
  const simulated = tracks
    .filter(({ weight }) => weight >= LEAST_WEIGHT)
    .map(({ track, weight }) => {
      const demand = followDemand(demandHistory(stretch, track), profile);
      return { track, weight, drawDemand: demandPaths(demand, steps) };
    });
  const dryAt: number[] = [];
  const pullsPerHour: number[] = [];
  for (let path = 0; path < PATHS; path += 1) {
    const chosen = atShare(simulated, (path * GOLDEN_RATIO) % 1);
    if (!chosen) continue;
    const random = seededRandom(path * 7_919 + 17);
    const demand = chosen.drawDemand((path * PLASTIC_RATIO) % 1, random);
    const bucket = simulatedBucket(chosen.track, limit, last.remaining, windowMs, random);
    const endsWithReset = !profile && chosen.track.hypothesis !== 'sliding' && bucket.refilledAt > last.at;
    const endAt = endsWithReset ? bucket.refilledAt : Number.POSITIVE_INFINITY;
    const run = playForward(bucket, demand, steps, endAt, random);
    dryAt.push(run.dryAt);
    pullsPerHour.push(run.pullsPerHour);
  }
  return { dryAt: dryAt.sort((a, b) => a - b), pullsPerHour: pullsPerHour.sort((a, b) => a - b) };
}

/** Multiples of these numbers are evenly distributed, and independent of each other. */
const GOLDEN_RATIO = 0.618_033_988_7;
const PLASTIC_RATIO = 0.754_877_666_2;

function timeSteps(startAt: number, lengthMs: number): TimeStep[] {
  const steps: TimeStep[] = [];
  for (let aheadMs = 0; aheadMs < lengthMs; ) {
    const durationMs = Math.min(lengthMs - aheadMs, Math.max(FIRST_STEP_MS, aheadMs * STEP_SHARE));
    steps.push({ from: startAt + aheadMs, durationMs });
    aheadMs += durationMs;
  }
  return steps;
}

/** Returns the element at a share of the sum of all weights. */
function atShare<Item extends { readonly weight: number }>(
  items: readonly Item[],
  share: number,
): Item | undefined {
  let left = share * items.reduce((sum, { weight }) => sum + weight, 0);
  const found = items.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  return found ?? items.at(-1);
}

function playForward(
  bucket: SimulatedBucket,
  demand: DemandPath,
  steps: readonly TimeStep[],
  endAt: number,
  random: SeededRandom,
): { dryAt: number; pullsPerHour: number } {
  const hourEnd = (steps[0]?.from ?? 0) + HOUR_MS;
  let dryAt = Number.POSITIVE_INFINITY;
  let asked = 0;
  let askedMs = 0;
  for (const [i, { from, durationMs }] of steps.entries()) {
    const isOver = dryAt < Number.POSITIVE_INFINITY || from >= endAt;
    if (isOver && from >= hourEnd) break;
    const pulls = demand(i);
    if (from < hourEnd) {
      asked += pulls;
      askedMs += durationMs;
    }
    if (isOver) continue;
    const middle = from + durationMs / 2;
    const available = bucket.availableAt(middle);
    if (available <= 0 || (pulls > 0 && pulls >= available)) {
      const at = from + durationMs * drawShareUntil(available, pulls, random);
      if (at < endAt) dryAt = at;
    } else if (pulls > 0) {
      bucket.spend(pulls, middle);
    }
  }
  return { dryAt, pullsPerHour: askedMs > 0 ? (asked * HOUR_MS) / askedMs : 0 };
}

/** Draws the share of a step after which the last available pull is spent; pulls are uniformly distributed in it. */
function drawShareUntil(available: number, pulls: number, random: SeededRandom): number {
  if (available <= 0) return 0;
  const mean = available / (pulls + 1);
  const deviation = Math.sqrt((mean * (1 - mean)) / (pulls + 2));
  return Math.min(1, Math.max(0, mean + deviation * drawNormal(random)));
}
