import { drawNormal, type SeededRandom, seededRandom } from '../../kit/seeded-random.ts';
import { demandHistory, weighDemandModels } from './demand-model.ts';
import { type DemandPath, demandPath } from './demand-path.ts';
import { type SimulatedBucket, simulatedBucket } from './simulated-bucket.ts';
import type { Stretch } from './stretch.ts';
import type { WeeklyProfile } from './weekly-profile.ts';
import type { WeightedState } from './window-evidence.ts';

/** What many imagined futures of a bucket come to. */
export interface Futures {
  /** When each one runs dry, in milliseconds since the epoch, in order; infinite for those that do not. */
  readonly dryAt: readonly number[];
  /** Pulls per hour that each one asks for over the next hour, in order. */
  readonly pullsPerHour: readonly number[];
}

/** How many futures are imagined: enough for the 1.5th percentile to rest on five of them. */
const PATHS = 320;
/** How finely time is cut at the beginning, in milliseconds, and for how much of a window. */
const FINEST_STEP_MS = 60_000;
const STEPS_PER_WINDOW = 120;
/** How much more coarsely it is cut after one window. */
const COARSE_FACTOR = 5;
const HOUR_MS = 3_600_000;
/** How far a profile lets a forecast see, in milliseconds: a day. */
const PROFILE_HORIZON_MS = 24 * HOUR_MS;

/**
 * Plays a bucket forward from its last sample, many times, each time with another guess at what nobody knows: the kind
 * of window, when the pulls return whose time was not observed, and what will be asked of it. The same history gives
 * the same futures.
 *
 * Without a weekly profile a future ends when everything that counts now has come back; with one, after a day.
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

/** Which hypothesis each path follows: as many paths for each as it is worth, evenly mixed. */
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

/** How far into a step the pull comes that takes the last one available: pulls fall anywhere within it. */
function drawShareUntil(available: number, pulls: number, random: SeededRandom): number {
  if (available <= 0) return 0;
  const mean = available / (pulls + 1);
  const deviation = Math.sqrt((mean * (1 - mean)) / (pulls + 2));
  return Math.min(1, Math.max(0, mean + deviation * drawNormal(random)));
}
