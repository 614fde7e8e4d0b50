import type { Forecast } from '../../domain/forecast/forecast.ts';
import { type ForecastReport, isUsefulRate, reportForecast } from '../../domain/forecast/forecast-report.ts';
import { alignColumns } from '../command.ts';

/** The output of `headroom forecast --output json`. Values without a forecast are null. */
export interface ForecastJson extends Omit<ForecastReport, 'ratePerHour'> {
  /** The likely number of pulls in the next hour. */
  readonly ratePerHour: number | null;
  /** The 95 % interval of `ratePerHour`. */
  readonly ratePerHourRange: { readonly low: number; readonly high: number } | null;
}

/**
 * Converts a forecast to its JSON form.
 * @param at the instant of the forecast, in milliseconds since the epoch
 */
export function toForecastJson(forecast: Forecast, at: number): ForecastJson {
  const { ratePerHour: rate, ...report } = reportForecast(forecast, at);
  return {
    ...report,
    ratePerHour: rate?.likely ?? null,
    ratePerHourRange: rate && { low: rate.low, high: rate.high },
  };
}

const NONE = 'nothing to say';
/** Why there is no forecast. */
const REASONS: Readonly<Record<string, string>> = {
  no_samples: 'no answer with a limit up to this time',
  stale: 'the newest answer is too old',
  no_window: 'Docker Hub names no window',
};

/** Formats a forecast as aligned text, without a final newline. */
export function describeForecast(report: ForecastJson): string {
  return alignColumns([
    ['at', report.at],
    ['outlook', outlookWords(report)],
    ['remaining', report.remaining === null ? 'not known' : `${report.remaining} pulls`],
    ['rate', rateWords(report)],
    ['used up', exhaustionWords(report)],
    ['full again', refillWords(report)],
    ['window', windowWords(report)],
  ]);
}

function outlookWords({ kind, reason }: ForecastJson): string {
  switch (kind) {
    case 'unlimited':
      return 'unlimited';
    case 'unknown':
      return `unknown: ${REASONS[reason ?? ''] ?? reason}`;
    case 'too-little-data':
      return `too little data for a rate: ${reason}`;
    case 'exhausted':
      return 'exhausted';
    case 'forecast':
      return 'foreseen';
  }
}

function rateWords({ ratePerHour, ratePerHourRange }: ForecastJson): string {
  if (ratePerHour === null || ratePerHourRange === null) return NONE;
  if (!isUsefulRate(ratePerHourRange)) return 'too uncertain to say';
  return `${ratePerHour} pulls an hour, between ${ratePerHourRange.low} and ${ratePerHourRange.high}`;
}

function exhaustionWords({ kind, exhaustion }: ForecastJson): string {
  if (kind === 'exhausted') return `since ${exhaustion?.likely}`;
  if (!exhaustion) return kind === 'forecast' ? 'not likely before it refills' : NONE;
  const { earliest, likely, latest } = exhaustion;
  const end = latest === null ? 'or not at all' : `the latest ${latest}`;
  return `likely ${likely}, the earliest ${earliest}, ${end}`;
}

function refillWords({ kind, refill }: ForecastJson): string {
  if (refill) return `between ${refill.earliest} and ${refill.latest}, if nothing else is pulled`;
  return kind === 'unlimited' || kind === 'unknown' ? NONE : 'it is full';
}

function windowWords({ window }: ForecastJson): string {
  return window ? `${window.kind}, a guess worth ${window.weight}` : NONE;
}
