import type { DemandHistory } from './demand-history.ts';

/** One way of taking the future from the past, and how well it did so far. */
export interface DemandMemory {
  /** Half life of the past's say, in bins of the history. */
  readonly halfLifeBins: number;
  /** How much it is worth, as a share of all memories. */
  readonly weight: number;
  /** The same for what is under way now. */
  readonly weightNow: number;
  /** How far the level of what came was from what it foretold, beyond chance: the variance of a factor around 1. */
  readonly levelVariance: number;
}

/** How far back memories look, as half lives in milliseconds: what is under way may end in minutes or last for hours. */
const HALF_LIVES_MS = [2, 5, 15, 60, 240].map((minutes) => minutes * 60_000);
/** How far ahead memories are tried, in milliseconds. */
const TRIED_AHEAD_MS = 30 * 60_000;
/** What is assumed of each memory before it was tried, and for how many trials that counts. */
const UNTRIED_VARIANCE = 0.15;
const UNTRIED_TRIALS = 4;
/** Below this mean square error, of logarithms, memories are equally good. */
const LEAST_ERROR = 0.02;
/** What counts as now, in milliseconds. */
const NOW_MS = 10 * 60_000;
/** What a memory is worth at least that does not fit what happens now. */
const LEAST_AGREEMENT = 0.02;
/** Bounds of the level's variance: 14 %, and a factor of about 3. */
const LEAST_VARIANCE = 0.02;
const MOST_VARIANCE = 1;

/**
 * Tries several memories on the history itself: each foretells the next half hour all along it, and the closer it came,
 * the more it is worth. A steady bucket is foretold by its last hours, a restless one by its last minutes and with
 * little confidence.
 */
export function weighMemories(history: DemandHistory): DemandMemory[] {
  const aheadBins = Math.max(2, Math.round(TRIED_AHEAD_MS / history.binMs));
  const tried = HALF_LIVES_MS.map((halfLifeMs) => tryMemory(history, halfLifeMs / history.binMs, aheadBins));
  const sum = tried.reduce((total, { worth }) => total + worth, 0);
  const sumNow = tried.reduce((total, { worth, fitsNow }) => total + worth * fitsNow, 0);
  return tried.map(({ halfLifeBins, levelVariance, worth, fitsNow }) => ({
    halfLifeBins,
    weight: worth / sum,
    weightNow: (worth * fitsNow) / sumNow,
    levelVariance,
  }));
}

interface Tried {
  readonly halfLifeBins: number;
  readonly worth: number;
  readonly levelVariance: number;
  /** How well the level it holds agrees with the last minutes, up to 1. */
  readonly fitsNow: number;
}

function tryMemory(history: DemandHistory, halfLifeBins: number, aheadBins: number): Tried {
  const { pulls, burstPulls } = history;
  const keep = 0.5 ** (1 / halfLifeBins);
  const effectiveBins = 1 / (1 - keep);
  let level = 0;
  let known = 0;
  let squares = 0;
  let byChance = 0;
  let trials = 0;
  // The newest bin comes first: time runs from the end to the start.
  for (let bin = pulls.length - 1; bin >= 0; bin -= 1) {
    level = level * keep + (pulls[bin] ?? 0) * (1 - keep);
    known = known * keep + (1 - keep);
    const seen = pulls.length - bin;
    if (seen < aheadBins || bin < aheadBins || seen % aheadBins !== 0) continue;
    const foretold = (level / known) * aheadBins;
    let came = 0;
    for (let next = bin - aheadBins; next < bin; next += 1) came += pulls[next] ?? 0;
    const chance = burstPulls / (foretold + burstPulls);
    squares += Math.log((came + burstPulls) / (foretold + burstPulls)) ** 2;
    byChance += chance * (1 + aheadBins / effectiveBins);
    trials += 1;
  }
  const error = (squares + UNTRIED_TRIALS * UNTRIED_VARIANCE * 2) / (trials + UNTRIED_TRIALS);
  const excess = (squares - byChance + UNTRIED_TRIALS * UNTRIED_VARIANCE) / (trials + UNTRIED_TRIALS);
  const levelVariance = Math.min(MOST_VARIANCE, Math.max(LEAST_VARIANCE, excess));
  const fitsNow = agreement(history, known > 0 ? level / known : 0, levelVariance);
  return { halfLifeBins, worth: (error + LEAST_ERROR) ** -2, levelVariance, fitsNow };
}

/** How believable the last minutes are if this is the level: when a surge begins, hours of quiet say nothing. */
function agreement(
  { pulls, binMs, burstPulls }: DemandHistory,
  level: number,
  levelVariance: number,
): number {
  const bins = Math.min(pulls.length, Math.max(2, Math.round(NOW_MS / binMs)));
  const foretold = level * bins + burstPulls;
  const came = pulls.slice(0, bins).reduce((sum, count) => sum + count, burstPulls);
  const variance = levelVariance + burstPulls / foretold;
  return Math.max(LEAST_AGREEMENT, Math.exp(-(Math.log(came / foretold) ** 2) / (2 * variance)));
}
