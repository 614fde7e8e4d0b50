import { type HistoryQuery, HistoryQueryError, type HistoryStep } from '../../domain/history/query.ts';
import { parseDuration } from '../../kit/duration.ts';
import { cutText } from '../../kit/foreign-text.ts';

/** The query parameters of a request as parsed by Express: a text, or a list if a parameter is repeated. */
export type QueryParameters = Readonly<Record<string, unknown>>;

/** Length of the range without `from`, in milliseconds (24 hours). */
const DEFAULT_SPAN_MS = 86_400_000;
/** Matches a time in the format of RFC 3339, or a date. */
const TIMESTAMP =
  /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:Z|([+-])(\d\d):?(\d\d)))?$/i;
const UNIX_SECONDS = /^\d{1,10}(?:\.\d{1,9})?$/;
const WHOLE_SECONDS = /^\d{1,9}$/;
const COUNT = /^\d{1,9}$/;
/** How many characters of an invalid value an error repeats. */
const QUOTE_LENGTH = 64;
const MINUTE_MS = 60_000;

/**
 * Reads the parameters `from`, `to` and `step` of a request. An empty parameter counts as missing, since forms send it.
 * @param now current time in milliseconds since the epoch; the end of the range without `to`
 * @throws HistoryQueryError if a parameter is not valid
 */
export function readHistoryRequest(query: QueryParameters, now: number): HistoryQuery {
  const to = readInstant('to', query.to) ?? now;
  return { from: readInstant('from', query.from) ?? to - DEFAULT_SPAN_MS, to, step: readStep(query.step) };
}

/**
 * Reads the parameter `limit`.
 * @param most the largest allowed number, which is also the default
 * @throws HistoryQueryError if the value is not a whole number from 1 to `most`
 */
export function readLimit(value: unknown, most: number): number {
  const text = readText('limit', value);
  if (text === undefined) return most;
  const limit = COUNT.test(text) ? Number(text) : Number.NaN;
  if (limit >= 1 && limit <= most) return limit;
  throw new HistoryQueryError(
    `The parameter limit is not a number of events: ${quote(text)}; allowed is 1 to ${most}`,
  );
}

function readInstant(name: string, value: unknown): number | undefined {
  const text = readText(name, value);
  if (text === undefined) return undefined;
  const at = UNIX_SECONDS.test(text) ? Math.round(Number(text) * 1_000) : parseTimestamp(text);
  if (at !== undefined) return at;
  throw new HistoryQueryError(
    `The parameter ${name} is not a time: ${quote(text)}; allowed are times from 1970 on such as 2026-11-23T21:00:00Z, dates such as 2026-11-23, and seconds since 1970`,
  );
}

/** Parses a time. Returns undefined if it does not exist; `Date.parse` would read 30 February as 2 March. */
function parseTimestamp(text: string): number | undefined {
  const match = TIMESTAMP.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((digits = '0') => Number(digits));
  const [, , , , , , , fraction = '', sign, offsetHours = '0', offsetMinutes = '0'] = match;
  const atMs = Date.UTC(
    year,
    month - 1,
    day,
    hour,
    minute,
    second,
    Number(fraction.padEnd(3, '0').slice(0, 3)),
  );
  const date = new Date(atMs);
  const isReal =
    year >= 1970 &&
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60 &&
    Number(offsetHours) < 24 &&
    Number(offsetMinutes) < 60;
  const offsetMs = (Number(offsetHours) * 60 + Number(offsetMinutes)) * MINUTE_MS;
  if (!isReal) return undefined;
  return sign === '-' ? atMs + offsetMs : atMs - offsetMs;
}

function readStep(value: unknown): HistoryStep {
  const text = readText('step', value);
  if (text === undefined) return 'auto';
  if (text === 'raw' || text === 'auto') return text;
  try {
    if (text.trim() === text) return WHOLE_SECONDS.test(text) ? Number(text) * 1_000 : parseDuration(text);
  } catch {
    // Reported below.
  }
  throw new HistoryQueryError(
    `The parameter step is not a step: ${quote(text)}; allowed are raw, auto, a duration such as 5m or 1h, and seconds`,
  );
}

/**
 * Returns the text of a parameter; undefined if it is missing or empty.
 * @throws HistoryQueryError if it is given more than once
 */
export function readText(name: string, value: unknown): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw new HistoryQueryError(`The parameter ${name} is given more than once; allowed is one value`);
}

/** Quotes a value of a request for a message, cut after 64 characters. */
export function quote(text: string): string {
  return JSON.stringify(cutText(text, QUOTE_LENGTH));
}
