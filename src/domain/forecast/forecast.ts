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

/** What is to be expected of a bucket. What cannot be known has its own answer. */
export type Forecast =
  | { readonly kind: 'unlimited' }
  | { readonly kind: 'unknown'; readonly reason: UnknownReason }
  | TooLittleData
  | Exhausted
  | Foreseen;

/** `no_samples` nothing was ever read; `stale` not for a while; `no_window` the hub does not name a window. */
type UnknownReason = 'no_samples' | 'stale' | 'no_window';

/** What can be said of every limited bucket. Instants are milliseconds since the epoch. */
interface Limited {
  /** When the newest reading that is believed was made. */
  readonly at: number;
  /** Pulls left then. */
  readonly remaining: number;
  /** Pulls allowed in a window. */
  readonly limit: number;
  /** When it is full again if nothing else is pulled; null when it is full. */
  readonly refill: TimeRange | null;
  /** A guess: the hub never says. */
  readonly window: WindowGuess;
  /** Pulls that come back, by each kind of window that is not ruled out. */
  readonly returns: readonly ExpectedReturns[];
}

/** Observed for too short a time to speak of a rate. */
export interface TooLittleData extends Limited {
  readonly kind: 'too-little-data';
  readonly samples: number;
  readonly neededSamples: number;
}

/** Nothing is left. */
export interface Exhausted extends Limited {
  readonly kind: 'exhausted';
  /** The first reading of 0 since the last one above it. */
  readonly since: number;
  /** When the first pull comes back. */
  readonly firstReturn: TimeRange | null;
}

/** A bucket that is being spent, with an outlook. */
export interface Foreseen extends Limited {
  readonly kind: 'forecast';
  /** Pulls that will be asked for within the next hour: `likely` is the median, 95 % lie between `low` and `high`. */
  readonly ratePerHour: { readonly low: number; readonly likely: number; readonly high: number };
  /** When it runs dry; null when that is not likely before it refills, or as far as a weekly profile sees. */
  readonly exhaustion: Exhaustion | null;
  /** How likely it is to run dry before it refills, or as far as a weekly profile sees: 0 to 1. */
  readonly risk: number;
}

/** When a bucket runs dry. The truth is meant to lie between `earliest` and `latest` at least 95 times in 100. */
export interface Exhaustion {
  readonly earliest: number;
  /** As likely before as after. */
  readonly likely: number;
  /** Null when it may well be that it does not run dry at all before it refills. */
  readonly latest: number | null;
}

/** How far back forecasts look, in milliseconds: two days. */
export const FORECAST_MEMORY_MS = 48 * 3_600_000;
/** How many readings a rate needs. */
const NEEDED_SAMPLES = 5;
/** The share of futures before `earliest`, and after `latest`. */
const TAIL = 0.015;
/** The share of futures outside the range of the rate, on each side. */
const RATE_TAIL = 0.025;

/**
 * Foresees a bucket.
 * @param points its history, or at least the last two days of it
 * @param profile what its week usually looks like, if that is known
 * @param now milliseconds since the epoch; points after it are not looked at
 */
export function forecast(
  points: readonly SeriesPoint[],
  profile: WeeklyProfile | undefined,
  now: number,
): Forecast {
  const found = newestStretch(points, now, FORECAST_MEMORY_MS);
  if (found.kind === 'none') return { kind: 'unknown', reason: found.reason };
  if (found.kind === 'unlimited') return { kind: 'unlimited' };
  const { stretch } = found;
  const last = stretch.samples.at(-1);
  if (!last) return { kind: 'unknown', reason: 'no_samples' };
  if (now - last.at > stretch.gapMs) return { kind: 'unknown', reason: 'stale' };
  const tracks = weighWindows(stretch);
  const limited: Limited = {
    at: last.at,
    remaining: last.remaining,
    limit: stretch.limit,
    refill: refillRange(stretch, tracks, now),
    window: guessWindow(tracks),
    returns: expectedReturns(stretch, tracks, now),
  };
  if (last.remaining <= 0) return exhausted(limited, stretch, tracks, now);
  const samples = stretch.samples.length;
  if (samples < NEEDED_SAMPLES) {
    return { kind: 'too-little-data', ...limited, samples, neededSamples: NEEDED_SAMPLES };
  }
  const usable = profile && profile.observedHours >= PROFILE_NEEDED_HOURS ? profile : undefined;
  return { kind: 'forecast', ...limited, ...outlook(simulateFutures(stretch, tracks, usable), now) };
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
 * When at least so many pulls are left, if nothing else is pulled: from the earliest that any hypothesis has to the latest.
 * @returns null when nothing can be said, or nothing has to come back for it
 */
export function whenLeft(forecast: Forecast, pulls: number): TimeRange | null {
  if (forecast.kind === 'unlimited' || forecast.kind === 'unknown') return null;
  const { remaining, limit, returns } = forecast;
  if (pulls <= remaining || pulls > limit) return null;
  const ranges = returns.flatMap((expected) => whenReturned(expected, pulls - remaining) ?? []);
  // What was spent before anybody looked comes back too, and is in no list: then the whole refill is all that is known.
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

/** How near the likely end must be for a warning, in milliseconds: 15 minutes. The rule RateLimitRunningOut uses it. */
export const RUNNING_OUT_WITHIN_MS = 15 * 60_000;

/**
 * Whether a bucket is likely to run dry soon, before it refills. An exhausted one has done so already.
 * @param withinMs how soon, in milliseconds; default 15 minutes
 */
export function isRunningOut(forecast: Forecast, now: number, withinMs = RUNNING_OUT_WITHIN_MS): boolean {
  if (forecast.kind !== 'forecast' || !forecast.exhaustion) return false;
  const { likely } = forecast.exhaustion;
  const refillsFirst = forecast.refill !== null && forecast.refill.latest < likely;
  return likely - now <= withinMs && !refillsFirst;
}
