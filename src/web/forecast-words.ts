import type { Outlook } from '../domain/credential-snapshot.ts';
import type { Exhaustion, Forecast } from '../domain/forecast/forecast.ts';
import { isUsefulRate, isUsefulSpan } from '../domain/forecast/forecast-report.ts';
import type { TimeRange } from '../domain/forecast/refill.ts';
import { countNoun, formatCount } from '../domain/wording.ts';
import { toPlainText, toTimestamp } from './text.ts';

/** What is to be expected of a bucket, in words. */
export interface OutlookWords {
  /** `Runs dry`. */
  readonly label: string;
  /** `in 40 minutes to 2 hours`. */
  readonly text: string;
  /** Under which condition: `if nothing else is pulled`. */
  readonly condition: string | undefined;
  /** Whether it is the better or the worse that is to be expected. */
  readonly tone: 'good' | 'warn';
  /** RFC 3339, of the first moment that it may happen. */
  readonly from: string;
  /** RFC 3339; undefined when it may not happen at all. */
  readonly to: string | undefined;
}

const MINUTE_MS = 60_000;
/** From this many minutes on a span is told in hours. */
const IN_HOURS = 120;
/** From this many minutes on a span is told in days. */
const IN_DAYS = 48 * 60;

type Round = (steps: number) => number;

/**
 * What is to be expected of a bucket: that it runs dry, or else when it is full again.
 * @returns undefined when there is nothing to expect, or too little is known
 */
export function outlookWords({ forecast }: Outlook, now: number): OutlookWords | undefined {
  if (forecast.kind !== 'forecast' && forecast.kind !== 'exhausted') return undefined;
  if (forecast.kind === 'forecast' && forecast.exhaustion) return exhaustionWords(forecast.exhaustion, now);
  return forecast.refill ? refillWords(forecast.refill, now) : undefined;
}

/** The same as one sentence without a full stop: `Runs dry in 40 minutes to 2 hours`. */
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
    return { label: 'Runs dry', text, condition: undefined, tone: 'warn', from, to: toTimestamp(latest) };
  }
  const minutes = minutesUntil(earliest, now, Math.floor);
  const text = minutes < 1 ? 'any minute' : `in ${spanText(minutes)} at the earliest`;
  return { label: 'May run dry', text, condition: undefined, tone: 'warn', from, to: undefined };
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

/** `in 40 minutes to 2 hours`; a unit that both share is told once. */
function rangeWords(earliest: number, latest: number, now: number): string {
  const from = minutesUntil(earliest, now, Math.floor);
  const to = Math.max(1, minutesUntil(latest, now, Math.ceil));
  if (from < 1) return `within ${spanText(to)}`;
  const [fromWords, toWords] = [spanText(from), spanText(to)];
  if (fromWords === toWords) return `in about ${toWords}`;
  const isSameUnit = from > 1 && unitOf(from) === unitOf(to);
  return `in ${isSameUnit ? fromWords.split(' ')[0] : fromWords} to ${toWords}`;
}

/** No finer than it is known: minutes, then five of them, then hours, then days. */
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

/** What is to be expected of a bucket, told at more length than on a card. */
export interface ForecastDetail {
  /** `Runs dry in 40 minutes to 2 hours`. */
  readonly headline: string;
  /** Sentences that say what that rests on. */
  readonly reasons: readonly string[];
}

const UNKNOWN = {
  no_samples: 'Docker Hub has not told a limit yet.',
  stale: 'The newest answer is too old to foresee anything from it.',
  no_window: 'Docker Hub does not name the window of this limit, so that nothing can be foreseen.',
} as const;
const PERCENT = new Intl.NumberFormat('en', { style: 'percent' });
/** From this risk on it is worth telling although it is not likely. */
const TELLING_RISK = 0.03;

/**
 * Tells what is to be expected.
 * @returns undefined before the first forecast
 */
export function toForecastDetail(outlook: Outlook | undefined, now: number): ForecastDetail | undefined {
  if (!outlook) return undefined;
  const { forecast, pool } = outlook;
  const headline = describeOutlook(outlook, now) ?? quietHeadline(forecast);
  return { headline, reasons: [...reasonsOf(forecast), ...poolWords(pool?.sources)] };
}

function quietHeadline(forecast: Forecast): string {
  switch (forecast.kind) {
    case 'unlimited':
      return 'No limit to run into';
    case 'unknown':
      return 'Nothing can be foreseen';
    case 'too-little-data':
      return 'Too early to tell';
    case 'exhausted':
      return 'Empty; when it refills is not known';
    case 'forecast':
      return 'Full, and not likely to run dry';
  }
}

function reasonsOf(forecast: Forecast): string[] {
  if (forecast.kind === 'unlimited') return ['Docker Hub does not meter these pulls.'];
  if (forecast.kind === 'unknown') return [UNKNOWN[forecast.reason]];
  if (forecast.kind === 'too-little-data') {
    return [
      `${countNoun(forecast.samples, 'answer')} so far; ${forecast.neededSamples} are needed to speak of a rate.`,
    ];
  }
  const { kind, weight } = forecast.window;
  const how = kind === 'sliding' ? 'one by one, each a window after it was spent' : 'all at once';
  const window = `Pulls seem to come back ${how} (${PERCENT.format(weight)} sure; Docker Hub does not say).`;
  if (forecast.kind === 'exhausted') return [window];
  const rate = rateWords(forecast.ratePerHour);
  const isRisk = !forecast.exhaustion && forecast.risk >= TELLING_RISK;
  const risk = isRisk
    ? [`It runs dry before it refills in ${PERCENT.format(forecast.risk)} of all futures.`]
    : [];
  return [...rate, ...risk, window];
}

/** Nothing where the range is too wide to be of use. */
function rateWords({ low, likely, high }: { low: number; likely: number; high: number }): string[] {
  if (high < 1) return ['Hardly a pull is expected within the next hour.'];
  if (!isUsefulRate({ low, high })) return [];
  const range = `between ${formatCount(Math.floor(low))} and ${formatCount(Math.ceil(high))}`;
  return [`About ${countNoun(Math.round(likely), 'pull')} within the next hour, ${range}.`];
}

/** How many addresses of a pool are named. */
const SOURCES_TOLD = 6;

function poolWords(sources: readonly string[] | undefined): string[] {
  if (!sources) return [];
  const told = sources.slice(0, SOURCES_TOLD).map((source) => toPlainText(source, 60));
  const rest = sources.length - told.length;
  const more = rest > 0 ? ` and ${formatCount(rest)} more` : '';
  return [`It leaves by several addresses in turn, each with its own limit: ${told.join(', ')}${more}.`];
}
