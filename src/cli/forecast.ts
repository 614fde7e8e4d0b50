import { oneOf } from '../config/kinds/choice.ts';
import { filePath } from '../config/kinds/file-path.ts';
import { formatProblems, type Problem } from '../config/problem.ts';
import { type Forecast, forecast as foresee } from '../domain/forecast/forecast.ts';
import { type ForecastReport, isUsefulRate, reportForecast } from '../domain/forecast/forecast-report.ts';
import type { SeriesPoint } from '../domain/forecast/series-point.ts';
import { spentHours } from '../domain/forecast/spending.ts';
import { buildWeeklyProfile } from '../domain/forecast/weekly-profile.ts';
import { FILE_LIMITS, FileTooLargeError, readBoundedFile } from '../kit/bounded-file.ts';
import { alignColumns, type CommandContext, EXIT } from './command.ts';
import { defineCommand } from './define-command.ts';
import { flagWithDefault, optionalFlag } from './flag.ts';
import { isoTime } from './flag-kinds.ts';
import { readHistoryPoints } from './forecast/history-points.ts';

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

/** `headroom forecast`: forecasts a bucket from its exported history. */
export const forecast = defineCommand({
  usage: ['forecast FILE.csv [FLAGS]'],
  about: `Forecasts a bucket from an exported history: when it is exhausted, and when it is full again.
FILE.csv has the columns at, remaining, limit, windowSeconds and outcome, as
/api/v1/credentials/NAME/history.csv of Headroom returns. Points after --at are ignored.
In JSON, risk is the probability, from 0 to 1, that it is exhausted before it is full again or, with a
history of a week, within a day.`,
  flags: {
    at: optionalFlag('TIME', isoTime, 'Forecast from this time (default: that of the newest point)'),
    output: flagWithDefault('FORM', oneOf(['text', 'json']), 'text', 'text or json'),
  },
  operands: { FILE: { kind: filePath } },
  notes: () => `Examples:
  curl -O http://headroom:10429/api/v1/credentials/ci/history.csv && headroom forecast history.csv
  headroom forecast history.csv --at 2026-11-23T21:00:00Z --output json`,
  rules({ operands, problems }, report) {
    if (operands.FILE !== undefined || problems.length > 0) return;
    report({
      place: { kind: 'flag', flag: 'FILE' },
      message: 'A file is missing',
      allowed: filePath.allowed,
    });
  },
  async run({ flags, operands }, context) {
    const path = operands.FILE ?? '';
    const text = await readText(path, context);
    if (text === undefined) return EXIT.badUsage;
    const { points, problems } = readHistoryPoints(text, path);
    if (problems.length > 0) return refuseFile(problems, context);
    const at = flags.at ?? newestAt(points) ?? context.clock.now();
    const known = points.filter((point) => point.at <= at);
    const report = toForecastJson(foresee(known, buildWeeklyProfile(spentHours(known)), at), at);
    const isJson = flags.output === 'json';
    context.stdout.write(`${isJson ? JSON.stringify(report, undefined, 2) : describeForecast(report)}\n`);
    return EXIT.ok;
  },
});

async function readText(path: string, { stderr }: CommandContext): Promise<string | undefined> {
  try {
    return await readBoundedFile(path, FILE_LIMITS.history);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    const reason = error instanceof FileTooLargeError ? error.message : code;
    stderr.write(`The history cannot be read: ${path}: ${reason}\n`);
    return undefined;
  }
}

function refuseFile(problems: readonly Problem[], { stderr }: CommandContext): number {
  stderr.write(`${formatProblems(problems, 'The history')}\n`);
  return EXIT.badUsage;
}

function newestAt(points: readonly SeriesPoint[]): number | undefined {
  return points.reduce<number | undefined>((newest, { at }) => Math.max(newest ?? at, at), undefined);
}
