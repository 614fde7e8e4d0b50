import type { DemandHistory } from './demand-history.ts';
import { usualPullsPerHour, type WeeklyProfile } from './weekly-profile.ts';

/** Returns the usual rate of demand at an instant (milliseconds since the epoch), relative to its mean. */
export type Pattern = (at: number) => number;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** How far around the same time of the day before demand is averaged, in milliseconds: an hour on each side. */
const DAILY_REACH_MS = 60 * MINUTE_MS;
/** The least history with a daily pattern, in milliseconds: the last half day can be compared with the day before. */
const DAILY_NEEDS_MS = 36 * 60 * MINUTE_MS;
/** The weight of the mean in this average, in bins: half an hour of three-minute bins. */
const DAILY_SHRINKAGE_BINS = 10;
/** The number of earlier periods that are averaged, and how far around the same time of each, in bins. */
const PERIODS = 3;
const PERIODIC_REACH_BINS = 1.5;
/** The weight of the mean in this average, in bins. */
const PERIODIC_SHRINKAGE_BINS = 0.5;
/** The shortest and the longest period that is searched for, in minutes. */
const SHORTEST_MINUTES = 10;
const LONGEST_MINUTES = 180;
/** The number of minutes that are searched: a day. */
const SEARCHED_MINUTES = 1_440;
/** The least correlation of demand with that of one period before: twice what chance gives in a day. */
const LEAST_CORRELATION = 0.2;
/** The weight of the mean of the week in each of its hours: no hour is impossible. */
const WEEKLY_SHRINKAGE = 0.1;

/**
 * Returns the demand around the same time of the day before, 1 where that is unknown; undefined if the history is shorter than
 * one and a half days.
 */
export function dailyPattern(history: DemandHistory): Pattern | undefined {
  if (history.pulls.length * history.binMs < DAILY_NEEDS_MS) return undefined;
  return repeated(history, DAY_MS, 1, DAILY_REACH_MS, DAILY_SHRINKAGE_BINS);
}

/** Returns the demand at the same times of the last periods, if scheduled jobs repeat it; undefined if none do. */
export function periodicPattern(history: DemandHistory): Pattern | undefined {
  const minutes = periodMinutes(history.minutes.subarray(-SEARCHED_MINUTES));
  if (minutes === undefined) return undefined;
  const reachMs = history.binMs * PERIODIC_REACH_BINS;
  return repeated(history, minutes * MINUTE_MS, PERIODS, reachMs, PERIODIC_SHRINKAGE_BINS);
}

/** Returns the usual demand of the hour of the week. */
export function weeklyPattern(profile: WeeklyProfile): Pattern {
  const mean = meanPullsPerHour(profile);
  return (at) => (usualPullsPerHour(profile, at) / mean + WEEKLY_SHRINKAGE) / (1 + WEEKLY_SHRINKAGE);
}

/** Returns the mean of a profile in pulls per hour. */
export function meanPullsPerHour({ pullsPerHour }: WeeklyProfile): number {
  return pullsPerHour.reduce((sum, pulls) => sum + pulls, 0) / pullsPerHour.length;
}

function repeated(
  { pulls, open, binMs, endAt }: DemandHistory,
  periodMs: number,
  periods: number,
  reachMs: number,
  shrinkageBins: number,
): Pattern {
  const pullsUntil = runningSum(pulls);
  const openUntil = runningSum(open);
  const mean = (pullsUntil.at(-1) ?? 0) / (openUntil.at(-1) ?? 0);
  const startAt = endAt - pulls.length * binMs;
  const binAt = (at: number) => Math.min(pulls.length, Math.max(0, Math.round((at - startAt) / binMs)));
  return (at) => {
    const newest = Math.max(1, Math.ceil((at + reachMs - endAt) / periodMs));
    let then = shrinkageBins * mean;
    let thenOpen = shrinkageBins;
    for (let back = newest; back < newest + periods; back += 1) {
      const from = binAt(at - back * periodMs - reachMs);
      const to = binAt(at - back * periodMs + reachMs);
      then += (pullsUntil[to] ?? 0) - (pullsUntil[from] ?? 0);
      thenOpen += (openUntil[to] ?? 0) - (openUntil[from] ?? 0);
    }
    return mean > 0 ? then / thenOpen / mean : 1;
  };
}

function runningSum(values: Float64Array): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i += 1) sums[i + 1] = (sums[i] ?? 0) + (values[i] ?? 0);
  return sums;
}

/** Returns the number of minutes after which demand is most similar to itself; undefined if it never is. */
function periodMinutes(minutes: Float64Array): number | undefined {
  const count = minutes.length;
  const mean = minutes.reduce((sum, pulls) => sum + pulls, 0) / count;
  // Three minutes together: jobs do not start at the same second of each period.
  const off = minutes.map((pulls, i) => (pulls + (minutes[i - 1] ?? 0) + (minutes[i + 1] ?? 0)) / 3 - mean);
  const variance = off.reduce((sum, value) => sum + value * value, 0) / count;
  const correlation = (lag: number) => {
    let product = 0;
    for (let i = lag; i < count; i += 1) product += (off[i] ?? 0) * (off[i - lag] ?? 0);
    return product / (count - lag) / variance;
  };
  let best: number | undefined;
  let highest = LEAST_CORRELATION;
  let before = correlation(SHORTEST_MINUTES - 1);
  let here = correlation(SHORTEST_MINUTES);
  const longest = Math.min(LONGEST_MINUTES, Math.floor(count / (PERIODS + 1)));
  for (let lag = SHORTEST_MINUTES; lag <= longest; lag += 1) {
    const next = correlation(lag + 1);
    // Only a peak is a period: demand that changes slowly is most similar to that of a moment before.
    if (here >= highest && here >= before && here >= next) {
      highest = here;
      best = lag;
    }
    before = here;
    here = next;
  }
  return best;
}
