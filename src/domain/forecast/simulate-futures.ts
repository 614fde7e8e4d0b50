import { drawNormal, type SeededRandom, seededRandom } from '../../kit/seeded-random.ts';
import { demandHistory, weighDemandModels } from './demand-model.ts';
import { type DemandPath, demandPath } from './demand-path.ts';
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

/** The number of simulated futures: the 1.5th percentile is based on five of them. */
const PATHS = 320;
/** The shortest step of the simulation in milliseconds, and the number of steps in the first window. */
const FINEST_STEP_MS = 60_000;
const STEPS_PER_WINDOW = 120;
/** The factor by which steps are longer after the first window. */
const COARSE_FACTOR = 5;
const HOUR_MS = 3_600_000;
/** The simulated time with a weekly profile, in milliseconds: a day. */
const PROFILE_HORIZON_MS = 24 * HOUR_MS;

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
  const grid = timeGrid(last.at, windowMs, profile !== undefined);
  const demands = tracks.map(({ track }) => {
    const history = demandHistory(stretch, track, grid.fineMs);
    return { history, memories: weighDemandModels(history) };
  });
  const dryAt: number[] = [];
  const pullsPerHour: number[] = [];
  for (const [path, h] of shares(tracks).entries()) {
    const track = tracks[h]?.track;
    const past = demands[h];
    if (!track || !past) continue;
    const random = seededRandom(path * 7_919 + 17);
    const demand = demandPath(past.history, past.memories, profile, last.at, random);
    const bucket = simulatedBucket(track, limit, last.remaining, windowMs, random);
    const endsWithReset = !profile && track.hypothesis !== 'sliding' && bucket.refilledAt > last.at;
    const endAt = endsWithReset ? bucket.refilledAt : Number.POSITIVE_INFINITY;
    const run = playForward(bucket, demand, last.at, grid.steps, endAt, random);
    dryAt.push(run.dryAt);
    pullsPerHour.push(run.pullsPerHour);
  }
  return { dryAt: dryAt.sort((a, b) => a - b), pullsPerHour: pullsPerHour.sort((a, b) => a - b) };
}

interface GridStep {
  readonly from: number;
  readonly durationMs: number;
}

function timeGrid(startAt: number, windowMs: number, isLong: boolean): { fineMs: number; steps: GridStep[] } {
  const fineMs = Math.max(FINEST_STEP_MS, Math.ceil(windowMs / STEPS_PER_WINDOW));
  const fineEnd = startAt + windowMs;
  const end = isLong ? Math.max(fineEnd, startAt + PROFILE_HORIZON_MS) : fineEnd;
  const steps: GridStep[] = [];
  for (let from = startAt; from < end; ) {
    const durationMs = from < fineEnd ? fineMs : fineMs * COARSE_FACTOR;
    steps.push({ from, durationMs });
    from += durationMs;
  }
  return { fineMs, steps };
}

/** Returns the index of the hypothesis of each path, in proportion to the weights and evenly mixed. */
function shares(tracks: readonly WeightedState[]): number[] {
  const goldenRatio = (Math.sqrt(5) - 1) / 2;
  return Array.from({ length: PATHS }, (_, path) => {
    let left = (path * goldenRatio) % 1;
    const h = tracks.findIndex(({ weight }) => {
      left -= weight;
      return left < 0;
    });
    return h >= 0 ? h : tracks.length - 1;
  });
}

function playForward(
  bucket: SimulatedBucket,
  demand: DemandPath,
  startAt: number,
  steps: readonly GridStep[],
  endAt: number,
  random: SeededRandom,
): { dryAt: number; pullsPerHour: number } {
  const hourEnd = startAt + HOUR_MS;
  let dryAt = Number.POSITIVE_INFINITY;
  let asked = 0;
  let askedMs = 0;
  for (const { from, durationMs } of steps) {
    const isOver = dryAt < Number.POSITIVE_INFINITY || from >= endAt;
    if (isOver && from >= hourEnd) break;
    const pulls = demand(from, durationMs);
    if (from < hourEnd) {
      asked += pulls;
      askedMs += durationMs;
    }
    if (isOver) continue;
    const middle = from + durationMs / 2;
    const available = bucket.availableAt(middle);
    if (available <= 0 || (pulls > 0 && pulls >= available)) {
      dryAt = from + durationMs * drawShareUntil(available, pulls, random);
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
