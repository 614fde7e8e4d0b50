import type { Outlook } from '../../domain/credential-snapshot.ts';
import { type ForecastReport, reportForecast } from '../../domain/forecast/forecast-report.ts';

/** A forecast as the API shows it. What is not foreseen is null. Times are RFC 3339 in UTC. */
export interface ForecastJson {
  /** `forecast`, `exhausted`, `too_little_data`, `unlimited` or `unknown`. */
  readonly kind: string;
  /** When the reading was made that it rests on; null when there is none. */
  readonly at: string | null;
  /** Pulls per hour that are likely to be asked for within the next hour. */
  readonly rate_per_hour: number | null;
  /** Between which it lies, 95 times in 100. */
  readonly rate_per_hour_range: { readonly low: number; readonly high: number } | null;
  readonly exhaustion: ForecastReport['exhaustion'];
  readonly refill: ForecastReport['refill'];
  readonly window: ForecastReport['window'];
  /** Why there is no forecast. */
  readonly reason: string | null;
}

/** Writes a forecast for the API. */
export function toForecastJson({ forecast }: Outlook): ForecastJson {
  const at = 'at' in forecast ? forecast.at : undefined;
  const report = reportForecast(forecast, at ?? 0);
  const rate = report.ratePerHour;
  return {
    kind: report.kind.replaceAll('-', '_'),
    at: at === undefined ? null : report.at,
    rate_per_hour: rate?.likely ?? null,
    rate_per_hour_range: rate && { low: rate.low, high: rate.high },
    exhaustion: report.exhaustion,
    refill: report.refill,
    window: report.window,
    reason: report.reason,
  };
}
