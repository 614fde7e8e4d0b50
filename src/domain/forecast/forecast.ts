import {
  type ExpectedReturns,
  expectedReturns,
  firstReturnRange,
  refillRange,
  type TimeRange,
} from './refill.ts';
import type { SeriesPoint } from './series-point.ts';
import { type Futures, simulateFutures } from './simulate-futures.ts';
import { newestStretch, type Stretch } from './stretch.ts';
import { PROFILE_NEEDED_HOURS, type WeeklyProfile } from './weekly-profile.ts';
import { guessWindow, type WeightedState, type WindowGuess, weighWindows } from './window-evidence.ts';

/** The forecast of a bucket, or why there is none. */
export type Forecast =
  | { readonly kind: 'unlimited' }
  | { readonly kind: 'unknown'; readonly reason: UnknownReason }
  | TooLittleData
  | Exhausted
  | Foreseen;

/** `no_samples` no reading exists; `stale` the newest reading is too old; `no_window` the hub states no window. */
type UnknownReason = 'no_samples' | 'stale' | 'no_window';

/** The fields of every limited bucket. Instants are milliseconds since the epoch. */
interface Limited {
  /** Time of the newest believed reading. */
  readonly at: number;
  /** Pulls left then. */
  readonly remaining: number;
  /** Pulls allowed in a window. */
  readonly limit: number;
  /** When the bucket is full again without further pulls; null when it is full. */
  readonly refill: TimeRange | null;
  /** The probable kind of window: the hub does not state it. */
  readonly window: WindowGuess;
  /** Expected returns of pulls for each probable kind of window. */
  readonly returns: readonly ExpectedReturns[];
}

/** Too few samples for a rate. */
export interface TooLittleData extends Limited {
  readonly kind: 'too-little-data';
  readonly samples: number;
  readonly neededSamples: number;
}

/** No pulls are left. */
export interface Exhausted extends Limited {
  readonly kind: 'exhausted';
  /** The first reading of 0 since the last one above it. */
  readonly since: number;
  /** When the first pull returns; null when unknown. */
  readonly firstReturn: TimeRange | null;
}

/** A bucket with pulls left, and the forecast of its spending. */
export interface Foreseen extends Limited {
  readonly kind: 'forecast';
  /** Demand of the next hour in pulls: `likely` is the median, 95 % lie between `low` and `high`. */
  readonly ratePerHour: { readonly low: number; readonly likely: number; readonly high: number };
  /** When it is exhausted; null when that is unlikely before the refill, or within a day with a weekly profile. */
  readonly exhaustion: Exhaustion | null;
  /** Probability of exhaustion before the refill, or within a day with a weekly profile: 0 to 1. */
  readonly risk: number;
}

/** When a bucket is exhausted. At least 95 % of the cases lie between `earliest` and `latest`. */
export interface Exhaustion {
  readonly earliest: number;
  /** The median. */
  readonly likely: number;
  /** Null when it may not be exhausted at all before it refills. */
  readonly latest: number | null;
}

/** The history that forecasts use, in milliseconds: two days. */
export const FORECAST_MEMORY_MS = 48 * 3_600_000;
/** The least number of readings for a rate. */
const NEEDED_SAMPLES = 5;
/** The share of simulated futures before `earliest`, and after `latest`. */
const TAIL = 0.015;
/** The share of simulated futures outside the range of the rate, on each side. */
const RATE_TAIL = 0.025;

/**
 * Computes the forecast of a bucket.
 * @param points its history, at least of the last two days
 * @param profile its weekly profile; undefined when unknown
 * @param now milliseconds since the epoch; later points are ignored
 */
export function forecast(
  points: readonly SeriesPoint[],
  profile: WeeklyProfile | undefined,
  now: number,
): Forecast {
  return forecastWithFutures(points, profile, now).forecast;
}

/** A forecast, and the simulated futures that it was made from. */
export interface ForecastWithFutures {
  readonly forecast: Forecast;
  /** When the bucket is exhausted in each future, sorted; infinite if it is not. Empty unless `kind` is `forecast`. */
  readonly dryAt: readonly number[];
}

/** Computes the forecast of a bucket like `forecast()`, and returns its futures too: their distribution can be judged. */
export function forecastWithFutures(
  points: readonly SeriesPoint[],
  profile: WeeklyProfile | undefined,
  now: number,
): ForecastWithFutures {
  const without = (answer: Forecast) => ({ forecast: answer, dryAt: [] });
  const found = newestStretch(points, now, FORECAST_MEMORY_MS);
  if (found.kind === 'none') return without({ kind: 'unknown', reason: found.reason });
  if (found.kind === 'unlimited') return without({ kind: 'unlimited' });
  const { stretch } = found;
  const last = stretch.samples.at(-1);
  if (!last) return without({ kind: 'unknown', reason: 'no_samples' });
  if (now - last.at > stretch.gapMs) return without({ kind: 'unknown', reason: 'stale' });
  const tracks = weighWindows(stretch);
  const limited: Limited = {
    at: last.at,
    remaining: last.remaining,
    limit: stretch.limit,
    refill: refillRange(stretch, tracks, now),
    window: guessWindow(tracks),
    returns: expectedReturns(stretch, tracks, now),
  };
  if (last.remaining <= 0) return without(exhausted(limited, stretch, tracks, now));
  const samples = stretch.samples.length;
  if (samples < NEEDED_SAMPLES) {
    return without({ kind: 'too-little-data', ...limited, samples, neededSamples: NEEDED_SAMPLES });
  }
  const usable = profile && profile.observedHours >= PROFILE_NEEDED_HOURS ? profile : undefined;
  const futures = simulateFutures(stretch, tracks, usable);
  return { forecast: { kind: 'forecast', ...limited, ...outlook(futures, now) }, dryAt: futures.dryAt };
}

function exhausted(
  limited: Limited,
  stretch: Stretch,
  tracks: readonly WeightedState[],
  now: number,
): Exhausted {
  const lastAbove = stretch.samples.findLastIndex(({ remaining }) => remaining > 0);
  const since = stretch.samples[lastAbove + 1]?.at ?? limited.at;
  return { kind: 'exhausted', ...limited, since, firstReturn: firstReturnRange(stretch, tracks, now) };
}

function outlook(futures: Futures, now: number): Pick<Foreseen, 'ratePerHour' | 'exhaustion' | 'risk'> {
  const { dryAt, pullsPerHour } = futures;
  const likely = quantile(dryAt, 0.5);
  const latest = quantile(dryAt, 1 - TAIL);
  return {
    ratePerHour: {
      low: quantile(pullsPerHour, RATE_TAIL),
      likely: quantile(pullsPerHour, 0.5),
      high: quantile(pullsPerHour, 1 - RATE_TAIL),
    },
    exhaustion: Number.isFinite(likely)
      ? {
          earliest: Math.max(now, quantile(dryAt, TAIL)),
          likely: Math.max(now, likely),
          latest: Number.isFinite(latest) ? Math.max(now, latest) : null,
        }
      : null,
    risk: dryAt.filter(Number.isFinite).length / Math.max(1, dryAt.length),
  };
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.POSITIVE_INFINITY;
}

/**
 * Returns when at least so many pulls are left without further pulls: from the earliest time of any hypothesis to the latest.
 * @returns null when it is unknown, so many are left already, or the limit is lower
 */
export function whenLeft(forecast: Forecast, pulls: number): TimeRange | null {
  if (forecast.kind === 'unlimited' || forecast.kind === 'unknown') return null;
  const { remaining, limit, returns } = forecast;
  if (pulls <= remaining || pulls > limit) return null;
  const ranges = returns.flatMap((expected) => whenReturned(expected, pulls - remaining) ?? []);
  // Pulls spent before the first sample return too, and are in no list: then only the whole refill is known.
  if (ranges.length < returns.length || ranges.length === 0) return forecast.refill;
  return {
    earliest: Math.min(...ranges.map(({ earliest }) => earliest)),
    latest: Math.max(...ranges.map(({ latest }) => latest)),
  };
}

function whenReturned({ returns }: ExpectedReturns, missing: number): TimeRange | undefined {
  let back = 0;
  return returns.find(({ pulls }) => {
    back += pulls;
    return back >= missing;
  });
}

/** The time until the likely exhaustion below which a bucket is running out, in milliseconds: 15 minutes. */
export const RUNNING_OUT_WITHIN_MS = 15 * 60_000;

/**
 * Reports whether a bucket is likely to be exhausted soon, and before it refills. False for an exhausted bucket.
 * @param withinMs how soon, in milliseconds. Default 15 minutes
 */
export function isRunningOut(forecast: Forecast, now: number, withinMs = RUNNING_OUT_WITHIN_MS): boolean {
  if (forecast.kind !== 'forecast' || !forecast.exhaustion) return false;
  const { likely } = forecast.exhaustion;
  const refillsFirst = forecast.refill !== null && forecast.refill.latest < likely;
  return likely - now <= withinMs && !refillsFirst;
}
