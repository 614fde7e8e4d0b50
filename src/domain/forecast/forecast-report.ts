import type { Forecast } from './forecast.ts';
import type { TimeRange } from './refill.ts';
import type { WindowGuess } from './window-evidence.ts';

/** The largest ratio of the ends of a range that is useful to a reader. */
const USEFUL_RATIO = 4;
/** The least value of the lower end in this ratio, in pulls per hour: 0 to 20 pulls is useful, 12 to 621 is not. */
const FEW_PULLS = 5;
/** The least value of the earlier end in this ratio, in milliseconds from now (15 minutes). */
const SOON_MS = 15 * 60_000;

/** Reports whether a range of pulls per hour is narrow enough for texts. Texts omit wider ranges. */
export function isUsefulRate({ low, high }: { readonly low: number; readonly high: number }): boolean {
  return high <= USEFUL_RATIO * Math.max(low, FEW_PULLS);
}

/**
 * Reports whether a range of time is narrow enough for texts. For wider ranges texts give the earliest time only.
 * @param now milliseconds since the epoch
 */
export function isUsefulSpan(earliest: number, latest: number, now: number): boolean {
  return latest - now <= USEFUL_RATIO * Math.max(earliest - now, SOON_MS);
}

/** A forecast as `headroom forecast` and the API write it: instants in ISO 8601, unknown values null. */
export interface ForecastReport {
  readonly kind: Forecast['kind'];
  /** The time of the forecast. */
  readonly at: string;
  /** Pulls left; null when unlimited or unknown. */
  readonly remaining: number | null;
  /** Pulls per hour; null without a rate. */
  readonly ratePerHour: { readonly low: number; readonly likely: number; readonly high: number } | null;
  /** Null when no exhaustion is expected before the refill. `latest` is null when it may not happen at all. */
  readonly exhaustion: {
    readonly earliest: string;
    readonly likely: string;
    readonly latest: string | null;
  } | null;
  /** Probability of exhaustion before the refill, or within a day with a weekly profile: 0 to 1. Null without a forecast. */
  readonly risk: number | null;
  /** Null when the bucket is full, or the refill is unknown. */
  readonly refill: { readonly earliest: string; readonly latest: string } | null;
  /** Null without samples. */
  readonly window: WindowGuess | null;
  /** Why there is no forecast; null when there is one. */
  readonly reason: string | null;
}

/** Converts a forecast to the form that the command and the API write. */
export function reportForecast(forecast: Forecast, now: number): ForecastReport {
  const empty: ForecastReport = {
    kind: forecast.kind,
    at: iso(now),
    remaining: null,
    ratePerHour: null,
    exhaustion: null,
    risk: null,
    refill: null,
    window: null,
    reason: null,
  };
  if (forecast.kind === 'unlimited') return empty;
  if (forecast.kind === 'unknown') return { ...empty, reason: forecast.reason };
  const { remaining, window } = forecast;
  const known: ForecastReport = {
    ...empty,
    remaining,
    refill: forecast.refill && isoRange(forecast.refill),
    window: { kind: window.kind, weight: rounded(window.weight, 3) },
  };
  if (forecast.kind === 'too-little-data') {
    return { ...known, reason: `${forecast.samples} of ${forecast.neededSamples} samples` };
  }
  if (forecast.kind === 'exhausted') {
    const since = iso(forecast.since);
    return { ...known, exhaustion: { earliest: since, likely: since, latest: since }, risk: 1 };
  }
  const { low, likely, high } = forecast.ratePerHour;
  return {
    ...known,
    risk: rounded(forecast.risk, 3),
    ratePerHour: { low: rounded(low, 1), likely: rounded(likely, 1), high: rounded(high, 1) },
    exhaustion: forecast.exhaustion && {
      earliest: iso(forecast.exhaustion.earliest),
      likely: iso(forecast.exhaustion.likely),
      latest: forecast.exhaustion.latest === null ? null : iso(forecast.exhaustion.latest),
    },
  };
}

function isoRange({ earliest, latest }: TimeRange): { earliest: string; latest: string } {
  return { earliest: iso(earliest), latest: iso(latest) };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
