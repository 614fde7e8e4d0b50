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
 * denied then is not known, and would pass for quiet.
 */
export function demandHistory(stretch: Stretch, track: WindowTrack, binMs: number): DemandHistory {
  const end = track.steps.at(-1)?.to ?? 0;
  const start = track.steps[0]?.from ?? end;
  const count = Math.ceil((end - start) / binMs);
  const pulls = new Float64Array(count);
  const observedMs = new Float64Array(count);
  for (const [i, step] of track.steps.entries()) {
    const wasDry = (stretch.samples[i]?.remaining ?? 0) <= 0;
    if (wasDry || step.to - step.from > stretch.gapMs) continue;
    const newest = Math.min(count - 1, Math.floor((end - step.to) / binMs));
    pulls[newest] = (pulls[newest] ?? 0) + step.spent - step.untimed;
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

function sizeWeightedMean(pulls: readonly number[]): number {
  let sum = 0;
  let squares = 0;
  for (const count of pulls) {
    sum += count;
    squares += count * count;
  }
  return sum > 0 ? squares / sum : 1;
}
