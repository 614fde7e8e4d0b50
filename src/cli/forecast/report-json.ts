import type { Forecast } from '../../domain/forecast/forecast.ts';
import { type ForecastReport, reportForecast } from '../../domain/forecast/forecast-report.ts';

/** A forecast as `headroom forecast --output json` prints it. What is not foreseen is null. */
export interface ForecastJson extends Omit<ForecastReport, 'ratePerHour'> {
  /** Pulls that are likely to be asked for within the next hour. */
  readonly ratePerHour: number | null;
  /** Between which it lies, 95 times in 100. */
  readonly ratePerHourRange: { readonly low: number; readonly high: number } | null;
}

/** Writes a forecast made for `at`, in milliseconds since the epoch. */
export function toForecastJson(forecast: Forecast, at: number): ForecastJson {
  const { ratePerHour: rate, ...report } = reportForecast(forecast, at);
  return {
    ...report,
    ratePerHour: rate?.likely ?? null,
    ratePerHourRange: rate && { low: rate.low, high: rate.high },
  };
}
