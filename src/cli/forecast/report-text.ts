import { isUsefulRate } from '../../domain/forecast/forecast-report.ts';
import { alignColumns } from '../columns.ts';
import type { ForecastJson } from './report-json.ts';

const NONE = 'nothing to say';
/** Why nothing is foreseen, in words. */
const REASONS: Readonly<Record<string, string>> = {
  no_samples: 'no answer with a limit up to this time',
  stale: 'the newest answer is too old',
  no_window: 'Docker Hub names no window',
};

/** Writes a forecast for people, without a final newline. */
export function describeForecast(report: ForecastJson): string {
  return alignColumns([
    ['at', report.at],
    ['outlook', outlookWords(report)],
    ['remaining', report.remaining === null ? 'not known' : `${report.remaining} pulls`],
    ['rate', rateWords(report)],
    ['runs dry', exhaustionWords(report)],
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
