import type { Stretch } from './stretch.ts';
import type { WindowTrack } from './window-track.ts';

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
export function demandHistory(stretch: Stretch, track: WindowTrack, binMs: number): DemandHistory {
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
function usualBurst({ steps }: WindowTrack): number {
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
