import type { Outlook } from '../domain/credential-snapshot.ts';
import type { Exhaustion, Forecast } from '../domain/forecast/forecast.ts';
import { isUsefulRate, isUsefulSpan } from '../domain/forecast/forecast-report.ts';
import type { TimeRange } from '../domain/forecast/refill.ts';
import { countNoun, formatCount } from '../domain/wording.ts';
import { lazy } from '../kit/lazy.ts';
import { toPlainText, toTimestamp } from './text.ts';

/** The forecast of a bucket, as text for a card. */
export interface OutlookWords {
  /** `Used up`. */
  readonly label: string;
  /** `in 40 minutes to 2 hours`. */
  readonly text: string;
  /** The condition of the forecast: `if nothing else is pulled`; undefined if there is none. */
  readonly condition: string | undefined;
  /** `warn` for a bucket that is used up, `good` for one that refills. */
  readonly tone: 'good' | 'warn';
  /** The earliest instant of the event, as RFC 3339. */
  readonly from: string;
  /** The latest instant of the event, as RFC 3339; undefined if the event may not happen at all. */
  readonly to: string | undefined;
}

const MINUTE_MS = 60_000;
/** Spans from this many minutes on are given in hours. */
const IN_HOURS = 120;
/** Spans from this many minutes on are given in days. */
const IN_DAYS = 48 * 60;

type Round = (steps: number) => number;

/**
 * Describes the forecast of a bucket: when it is used up, or else when it is full again.
 * @param now milliseconds since the epoch
 * @returns undefined if neither is expected or too little is known
 */
export function outlookWords({ forecast }: Outlook, now: number): OutlookWords | undefined {
  if (forecast.kind !== 'forecast' && forecast.kind !== 'exhausted') return undefined;
  if (forecast.kind === 'forecast' && forecast.exhaustion) return exhaustionWords(forecast.exhaustion, now);
  return forecast.refill ? refillWords(forecast.refill, now) : undefined;
}

/**
 * Describes the forecast of a bucket as one sentence without a full stop: `Used up in 40 minutes to 2 hours`.
 * Returns undefined as `outlookWords` does.
 */
export function describeOutlook(outlook: Outlook, now: number): string | undefined {
  const words = outlookWords(outlook, now);
  if (!words) return undefined;
  const { label, text, condition } = words;
  return condition === undefined ? `${label} ${text}` : `${label} ${text}, ${condition}`;
}

function exhaustionWords({ earliest, latest }: Exhaustion, now: number): OutlookWords {
  const from = toTimestamp(earliest);
  if (latest !== null && isUsefulSpan(earliest, latest, now)) {
    const text = rangeWords(earliest, latest, now);
    return { label: 'Used up', text, condition: undefined, tone: 'warn', from, to: toTimestamp(latest) };
  }
  const minutes = minutesUntil(earliest, now, Math.floor);
  const text = minutes < 1 ? 'any minute' : `in ${spanText(minutes)} at the earliest`;
  return { label: 'May be used up', text, condition: undefined, tone: 'warn', from, to: undefined };
}

function refillWords({ earliest, latest }: TimeRange, now: number): OutlookWords {
  return {
    label: 'Full again',
    text: rangeWords(earliest, latest, now),
    condition: 'if nothing else is pulled',
    tone: 'good',
    from: toTimestamp(earliest),
    to: toTimestamp(latest),
  };
}

/** Formats a range of instants: `in 40 minutes to 2 hours`. A unit that both share appears once. */
function rangeWords(earliest: number, latest: number, now: number): string {
  const from = minutesUntil(earliest, now, Math.floor);
  const to = Math.max(1, minutesUntil(latest, now, Math.ceil));
  if (from < 1) return `within ${spanText(to)}`;
  const [fromWords, toWords] = [spanText(from), spanText(to)];
  if (fromWords === toWords) return `in about ${toWords}`;
  const isSameUnit = from > 1 && unitOf(from) === unitOf(to);
  return `in ${isSameUnit ? fromWords.split(' ')[0] : fromWords} to ${toWords}`;
}

/** Rounds a duration to minutes, five minutes, hours or days: the longer, the coarser. */
function minutesUntil(at: number, now: number, round: Round): number {
  const minutes = Math.max(0, (at - now) / MINUTE_MS);
  const step = minutes < 10 ? 1 : minutes < IN_HOURS ? 5 : minutes < IN_DAYS ? 60 : 24 * 60;
  return round(minutes / step) * step;
}

function unitOf(minutes: number): 'minute' | 'hour' | 'day' {
  if (minutes < IN_HOURS) return 'minute';
  return minutes < IN_DAYS ? 'hour' : 'day';
}

function spanText(minutes: number): string {
  const unit = unitOf(minutes);
  const length = unit === 'minute' ? 1 : unit === 'hour' ? 60 : 24 * 60;
  return countNoun(Math.round(minutes / length), unit);
}

/** The forecast of a bucket, as text for its page. */
export interface ForecastDetail {
  /** `Used up in 40 minutes to 2 hours`. */
  readonly headline: string;
  /** Sentences with the expected rate, the risk and the kind of the window. */
  readonly reasons: readonly string[];
}

const UNKNOWN = {
  no_samples: 'Docker Hub has not reported a limit yet.',
  stale: 'The newest answer is too old for a forecast.',
  no_window: 'Docker Hub does not report the window of this limit, so there is no forecast.',
} as const;
const PERCENT = lazy(() => new Intl.NumberFormat('en', { style: 'percent' }));
/** A risk of exhaustion below this share is not mentioned. */
const MIN_RISK = 0.03;

/**
 * Describes the forecast of a bucket for its page.
 * @param now milliseconds since the epoch
 * @returns undefined before the first forecast
 */
export function toForecastDetail(outlook: Outlook | undefined, now: number): ForecastDetail | undefined {
  if (!outlook) return undefined;
  const { forecast, pool } = outlook;
  const headline = describeOutlook(outlook, now) ?? fallbackHeadline(forecast);
  return { headline, reasons: [...reasonsOf(forecast), ...poolWords(pool?.sources)] };
}

function fallbackHeadline(forecast: Forecast): string {
  switch (forecast.kind) {
    case 'unlimited':
      return 'No limit to run into';
    case 'unknown':
      return 'No forecast';
    case 'too-little-data':
      return 'Too early for a forecast';
    case 'exhausted':
      return 'Empty; when it refills is not known';
    case 'forecast':
      return 'Full, and not likely to be used up';
  }
}

function reasonsOf(forecast: Forecast): string[] {
  if (forecast.kind === 'unlimited') return ['Docker Hub does not meter these pulls.'];
  if (forecast.kind === 'unknown') return [UNKNOWN[forecast.reason]];
  if (forecast.kind === 'too-little-data') {
    return [
      `${countNoun(forecast.samples, 'answer')} so far; ${forecast.neededSamples} are needed for a rate.`,
    ];
  }
  const { kind, weight } = forecast.window;
  const how = kind === 'sliding' ? 'one by one, each one window after it was spent' : 'all at once';
  const window = `Pulls seem to come back ${how} (${PERCENT().format(weight)} sure; Docker Hub does not say).`;
  if (forecast.kind === 'exhausted') return [window];
  const rate = rateWords(forecast.ratePerHour);
  const isRisk = !forecast.exhaustion && forecast.risk >= MIN_RISK;
  const risk = isRisk
    ? [`It is used up before it refills in ${PERCENT().format(forecast.risk)} of the simulated futures.`]
    : [];
  return [...rate, ...risk, window];
}

/** Describes the expected rate; returns no sentence if the range is too wide to be useful. */
function rateWords({ low, likely, high }: { low: number; likely: number; high: number }): string[] {
  if (high < 1) return ['Hardly a pull is expected within the next hour.'];
  if (!isUsefulRate({ low, high })) return [];
  const range = `between ${formatCount(Math.floor(low))} and ${formatCount(Math.ceil(high))}`;
  return [`About ${countNoun(Math.round(likely), 'pull')} within the next hour, ${range}.`];
}

/** Maximum number of addresses of a pool that are listed. */
const MAX_SOURCES = 6;

function poolWords(sources: readonly string[] | undefined): string[] {
  if (!sources) return [];
  const names = sources.slice(0, MAX_SOURCES).map((source) => toPlainText(source, 60));
  const rest = sources.length - names.length;
  const more = rest > 0 ? ` and ${formatCount(rest)} more` : '';
  return [
    `Requests leave through several addresses in turn, each with its own limit: ${names.join(', ')}${more}.`,
  ];
}
