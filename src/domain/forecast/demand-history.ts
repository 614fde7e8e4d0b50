import type { Stretch } from './stretch.ts';
import type { Step, WindowState } from './window-state.ts';

/** The demand of a bucket in bins of equal length, oldest first. The last bin ends with the newest sample. */
export interface DemandHistory {
  /** Time of the newest sample, in milliseconds since the epoch. */
  readonly endAt: number;
  readonly binMs: number;
  /** Pulls in each bin. */
  readonly pulls: Float64Array;
  /** The time in which they could be requested, in bins: without gaps, and without the time in which pulls were denied. */
  readonly open: Float64Array;
  /** The smoothed rate at the end of each bin that has samples, in pulls per bin, with equal weight for all times. */
  readonly rates: readonly number[];
  /** Pulls in each minute. */
  readonly minutes: Float64Array;
}

const MINUTE_MS = 60_000;
/** The least length of a bin in milliseconds: three polls of the default schedule. Longer intervals have longer bins. */
const LEAST_BIN_MS = 3 * MINUTE_MS;
/** Half life of the smoothed rate, in milliseconds: as far ahead as warnings. */
const RATE_HALF_LIFE_MS = 15 * MINUTE_MS;

/**
 * Sums the spending of a window state in bins.
 *
 * While a bucket is exhausted, requests are denied and not observed. Of a step that ends without pulls left, only the time
 * until the last one was spent counts: pulls divided by this time are an unbiased observation of the rate.
 */
export function demandHistory({ samples, gapMs, intervalMs }: Stretch, track: WindowState): DemandHistory {
  const endAt = samples.at(-1)?.at ?? 0;
  const lengthMs = endAt - (samples[0]?.at ?? endAt);
  const binMs = Math.max(LEAST_BIN_MS, intervalMs);
  const pulls = new Float64Array(Math.ceil(lengthMs / binMs));
  const open = new Float64Array(pulls.length);
  const smoothed = new Float64Array(pulls.length).fill(Number.NaN);
  const minutes = new Float64Array(Math.ceil(lengthMs / MINUTE_MS));
  let recentPulls = 0;
  let recentMs = 0;
  for (const [i, step] of track.steps.entries()) {
    const durationMs = step.to - step.from;
    if (durationMs > gapMs) continue;
    const spent = step.spent - step.untimed;
    const ms = openMs(step, samples[i]?.remaining ?? 0, spent, recentPulls / recentMs);
    const keep = 0.5 ** (durationMs / RATE_HALF_LIFE_MS);
    recentPulls = recentPulls * keep + spent;
    recentMs = recentMs * keep + ms;
    // The middle of a step decides. Its time is not divided either, so that rates stay exact.
    const beforeEndMs = endAt - (step.from + step.to) / 2;
    const bin = Math.max(0, pulls.length - 1 - Math.floor(beforeEndMs / binMs));
    const minute = Math.max(0, minutes.length - 1 - Math.floor(beforeEndMs / MINUTE_MS));
    pulls[bin] = (pulls[bin] ?? 0) + spent;
    open[bin] = (open[bin] ?? 0) + ms / binMs;
    minutes[minute] = (minutes[minute] ?? 0) + spent;
    if (recentMs > 0) smoothed[bin] = (recentPulls / recentMs) * binMs;
  }
  const rates = [...smoothed].filter((rate) => !Number.isNaN(rate));
  return { endAt, binMs, pulls, open, rates, minutes };
}

/**
 * Returns the milliseconds of a step in which the bucket had pulls left.
 * @param remaining pulls left at its start
 * @param rate the recent demand, in pulls per millisecond; NaN if it is unknown
 */
function openMs(step: Step, remaining: number, spent: number, rate: number): number {
  const durationMs = step.to - step.from;
  if (remaining > 0 && !step.isDryAfter) return durationMs;
  const available = step.isDryAfter ? spent : step.returned;
  // The mean time of the last of so many pulls at random times.
  const longestMs = (durationMs * available) / (available + 1);
  return step.isDryAfter && rate > 0 ? Math.min(longestMs, available / rate) : longestMs;
}
