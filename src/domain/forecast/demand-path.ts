import type { SeededRandom } from '../../kit/seeded-random.ts';
import { drawExponential, drawGamma, drawRounded } from '../../kit/seeded-random.ts';
import type { DemandHistory, DemandModel } from './demand-model.ts';
import { usualPullsPerHour, type WeeklyProfile } from './weekly-profile.ts';

/** The demand of one simulated future: returns the pulls of the next span of time. Called in the order of time. */
export type DemandPath = (from: number, durationMs: number) => number;

/** The mean time after which a path changes its demand model, in half lives. */
const MEMORY_LASTS = 3;
/** The longest mean length of a repeated part of the history, in milliseconds. */
const LONGEST_BLOCK_MS = 20 * 60_000;
/** The mean time after which a path follows the weekly profile, in milliseconds. */
const PROFILE_TAKES_OVER_MS = 3_600_000;
/** The share of paths that follow the weekly profile from the start. */
const PROFILE_FROM_START = 0.3;
/** The largest factor by which the weekly profile changes recent demand. */
const MOST_SEASONAL = 4;
const HOUR_MS = 3_600_000;

/**
 * Creates a simulated demand that repeats random parts of the history, mostly recent ones, at an uncertain level. Repeating
 * whole parts keeps bursts together. Later demand follows the weekly profile, if there is one.
 * @param startAt start of the simulation, in milliseconds since the epoch
 */
export function demandPath(
  history: DemandHistory,
  memories: readonly DemandModel[],
  profile: WeeklyProfile | undefined,
  startAt: number,
  random: SeededRandom,
): DemandPath {
  const recent = recentPath(history, memories, random);
  if (!profile) return (_from, durationMs) => recent(durationMs);
  const usual = profilePath(profile, history.burstPulls, random);
  const takesOverAt =
    random() < PROFILE_FROM_START ? startAt : startAt + drawExponential(random, PROFILE_TAKES_OVER_MS);
  const usualNow = usualPullsPerHour(profile, startAt);
  return (from, durationMs) => {
    if (from >= takesOverAt) return usual(from, durationMs);
    const ratio = (usualPullsPerHour(profile, from) + 1) / (usualNow + 1);
    const seasonal = Math.min(MOST_SEASONAL, Math.max(1 / MOST_SEASONAL, ratio));
    return drawRounded(random, recent(durationMs) * seasonal);
  };
}

function recentPath(
  history: DemandHistory,
  memories: readonly DemandModel[],
  random: SeededRandom,
): (durationMs: number) => number {
  const { pulls, binMs } = history;
  const longestBlock = LONGEST_BLOCK_MS / binMs;
  let memory = 0;
  let memoryLeft = 0;
  let level = 1;
  let at = -1;
  let blockLeft = 0;
  const remember = (when: 'weight' | 'weightNow') => {
    const { halfLifeBins, levelVariance } = drawMemory(memories, when, random);
    memory = halfLifeBins / Math.LN2;
    memoryLeft = 1 + drawExponential(random, MEMORY_LASTS * memory);
    level = drawGamma(random, 1 / (levelVariance + 1 / (burstsWithin(pulls, memory) + 0.5)), 1);
    blockLeft = 0;
  };
  remember('weightNow');
  const drawBin = () => {
    if (memoryLeft < 1) remember('weight');
    memoryLeft -= 1;
    if (blockLeft < 1 || at < 0) {
      at = Math.floor(drawExponential(random, memory));
      if (at >= pulls.length) at = Math.floor(random() * pulls.length);
      blockLeft = 1 + drawExponential(random, Math.min(memory, longestBlock));
    }
    const drawn = pulls[at] ?? 0;
    at -= 1;
    blockLeft -= 1;
    return drawn === 0 ? 0 : drawRounded(random, drawn * level);
  };
  return (durationMs) => {
    let sum = 0;
    for (let bins = Math.round(durationMs / binMs); bins > 0; bins -= 1) sum += drawBin();
    return sum;
  };
}

function drawMemory(
  memories: readonly DemandModel[],
  when: 'weight' | 'weightNow',
  random: SeededRandom,
): DemandModel {
  let left = random();
  const drawn = memories.find((memory) => {
    left -= memory[when];
    return left < 0;
  });
  return drawn ?? { halfLifeBins: 1, weight: 1, weightNow: 1, levelVariance: 1 };
}

/** Returns the number of bins with pulls that a model is based on. */
function burstsWithin(pulls: readonly number[], memory: number): number {
  let bursts = 0;
  const end = Math.min(pulls.length, Math.ceil(memory));
  for (let bin = 0; bin < end; bin += 1) if ((pulls[bin] ?? 0) > 0) bursts += 1;
  return bursts;
}

/** Creates the demand of the weekly profile: an uncertain level for each hour, and bursts of the usual size. */
function profilePath(profile: WeeklyProfile, burstPulls: number, random: SeededRandom): DemandPath {
  let hour = Number.NaN;
  let level = 1;
  return (from, durationMs) => {
    const thisHour = Math.floor(from / HOUR_MS);
    if (thisHour !== hour) {
      hour = thisHour;
      level = drawGamma(random, 1 / profile.levelVariance, 1);
    }
    const mean = (usualPullsPerHour(profile, from) * level * durationMs) / HOUR_MS;
    if (mean <= 0) return 0;
    return drawRounded(random, drawGamma(random, Math.max(0.5, mean / burstPulls), mean));
  };
}
