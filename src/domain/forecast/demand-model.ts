import type { Stretch } from './stretch.ts';
import type { WindowState } from './window-state.ts';

/** What was asked of a bucket in the time it was observed and not exhausted, in bins of equal length. */
export interface DemandHistory {
  readonly binMs: number;
  /** Pulls in each bin, the newest first. Bins nobody looked at are not there. */
  readonly pulls: readonly number[];
  /** Pulls of a bin that is not idle, on average weighted by size: how a pull's neighbours come with it. */
  readonly burstPulls: number;
}

/**
 * Sorts what a track says was spent into bins. Gaps are left out, and so is the time after a bucket ran dry: what was
 * denied then is not known, and would pass for quiet. The burst that emptied it is taken to have asked for as much
 * again as bursts usually do, because nobody saw its end.
 */
export function demandHistory(stretch: Stretch, track: WindowState, binMs: number): DemandHistory {
  const end = track.steps.at(-1)?.to ?? 0;
  const start = track.steps[0]?.from ?? end;
  const count = Math.ceil((end - start) / binMs);
  const pulls = new Float64Array(count);
  const observedMs = new Float64Array(count);
  const denied = usualBurst(track) - 1;
  for (const [i, step] of track.steps.entries()) {
    const wasDry = (stretch.samples[i]?.remaining ?? 0) <= 0;
    if (wasDry || step.to - step.from > stretch.gapMs) continue;
    const newest = Math.min(count - 1, Math.floor((end - step.to) / binMs));
    // The middle decides: it is in the bin that the step covers most, and pulls must not be lost to one that is left out.
    const middle = Math.min(count - 1, Math.floor((end - (step.from + step.to) / 2) / binMs));
    const asked = step.spent - step.untimed + (step.isDryAfter ? denied : 0);
    pulls[middle] = (pulls[middle] ?? 0) + asked;
    for (let bin = newest; bin < count; bin += 1) {
      const binEnd = end - bin * binMs;
      if (binEnd <= step.from) break;
      observedMs[bin] =
        (observedMs[bin] ?? 0) + Math.min(step.to, binEnd) - Math.max(step.from, binEnd - binMs);
    }
  }
  const seen = [...pulls].filter((_, bin) => (observedMs[bin] ?? 0) >= binMs / 2);
  return { binMs, pulls: seen, burstPulls: sizeWeightedMean(seen) };
}

/** Pulls of a step in which any were spent, on average. */
function usualBurst({ steps }: WindowState): number {
  const spent = steps.map((step) => step.spent - step.untimed).filter((pulls) => pulls > 0);
  return spent.length > 0 ? spent.reduce((sum, pulls) => sum + pulls, 0) / spent.length : 1;
}

function sizeWeightedMean(pulls: readonly number[]): number {
  let sum = 0;
  let squares = 0;
  for (const count of pulls) {
    sum += count;
    squares += count * count;
  }
  return sum > 0 ? squares / sum : 1;
}

/** One way of taking the future from the past, and how well it did so far. */
export interface DemandModel {
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
export function weighDemandModels(history: DemandHistory): DemandModel[] {
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
