import { type HistoryQuery, HistoryQueryError, type HistoryStep } from '../domain/history-query.ts';
import { parseDuration } from '../kit/duration.ts';

/** Without `from`, an answer reaches back this far from its end, in milliseconds: 24 hours. */
const DEFAULT_SPAN_MS = 86_400_000;
/** ISO 8601 as RFC 3339 narrows it, or the date alone: what `Date.parse` reads alike everywhere. */
const TIMESTAMP = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d))?$/i;
const UNIX_SECONDS = /^\d{1,10}(?:\.\d+)?$/;
/** How much of a wrong value an error repeats, in characters. */
const QUOTE_LENGTH = 64;

/**
 * Reads the parameters `from`, `to` and `step` of a request.
 * @param now milliseconds since the epoch; the end of the range unless `to` is given
 * @throws HistoryQueryError when one of them cannot be read
 */
export function readHistoryRequest(query: Readonly<Record<string, unknown>>, now: number): HistoryQuery {
  const to = readInstant('to', query.to) ?? now;
  return { from: readInstant('from', query.from) ?? to - DEFAULT_SPAN_MS, to, step: readStep(query.step) };
}

function readInstant(name: string, value: unknown): number | undefined {
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string') {
    if (UNIX_SECONDS.test(value)) return Math.round(Number(value) * 1_000);
    const at = TIMESTAMP.test(value) ? Date.parse(value) : Number.NaN;
    if (!Number.isNaN(at)) return at;
  }
  throw new HistoryQueryError(
    `The parameter ${name} is not a time: ${quote(value)}; allowed are times such as 2026-11-23T21:00:00Z, and seconds since 1970`,
  );
}

function readStep(value: unknown): HistoryStep {
  if (value === undefined || value === '') return 'auto';
  if (value === 'raw' || value === 'auto') return value;
  try {
    if (typeof value === 'string')
      return /^\d{1,9}$/.test(value) ? Number(value) * 1_000 : parseDuration(value);
  } catch {
    // Reported below, together with what is no text at all.
  }
  throw new HistoryQueryError(
    `The parameter step is not a step: ${quote(value)}; allowed are raw, auto, a duration such as 5m or 1h, and seconds`,
  );
}

function quote(value: unknown): string {
  return JSON.stringify(typeof value === 'string' ? value.slice(0, QUOTE_LENGTH) : value);
}
