import { countNoun, formatCount, periodWords, SPAN_UNITS } from '../domain/wording.ts';
import { cleanText } from '../kit/foreign-text.ts';

/** An instant as a template needs it. */
export interface Moment {
  /** `12 seconds ago`. */
  readonly text: string;
  /** RFC 3339, for the attribute `datetime`. */
  readonly datetime: string;
  /** Full text: `2026-11-23 21:02:11 UTC`. */
  readonly title: string;
}

/** Ages below this many seconds are shown as "just now". */
const JUST_NOW_SECONDS = 5;
/** A span is given in a unit from this many of it on: 90 minutes are more exact than "1 hour". */
const AT_LEAST = 2;

/**
 * Returns the texts of an instant. An instant after `now`, from a clock that was set back, is "just now".
 * @param at milliseconds since the epoch
 * @param now milliseconds since the epoch
 */
export function toMoment(at: number, now: number): Moment {
  const datetime = toTimestamp(at);
  const seconds = Math.floor((now - at) / 1_000);
  return {
    text: seconds < JUST_NOW_SECONDS ? 'just now' : `${ageWords(seconds)} ago`,
    datetime,
    title: `${datetime.slice(0, 19).replace('T', ' ')} UTC`,
  };
}

/**
 * Formats an instant as RFC 3339 in UTC.
 * @param at milliseconds since the epoch
 */
export function toTimestamp(at: number): string {
  return new Date(at).toISOString();
}

/**
 * Describes a window: `per hour`, `per 6 hours`, `per 90 minutes`; `per window of unknown length` for undefined.
 */
export function windowWords(windowSeconds: number | undefined): string {
  return windowSeconds === undefined ? 'per window of unknown length' : `per ${periodWords(windowSeconds)}`;
}

function ageWords(seconds: number): string {
  const [unit, length] = SPAN_UNITS.find(([, length]) => seconds >= AT_LEAST * length) ?? ['second', 1];
  return countNoun(Math.floor(seconds / length), unit);
}

/**
 * Cleans a foreign text for a page: removes control characters, and cuts it with an ellipsis. The template escapes
 * it.
 * @param maxLength in characters; unlimited by default
 */
export function toPlainText(text: string, maxLength = Number.POSITIVE_INFINITY): string {
  return cleanText(text, maxLength + 1);
}

/** Maximum number of names in a list. */
const MAX_NAMES = 3;

/**
 * Joins names: `ci, nat-b, web and 3 more`.
 * @param count number of all names; `names` may hold the first few only
 */
export function listNames(names: readonly string[], count = names.length): string {
  const told = names.slice(0, MAX_NAMES).map((name) => toPlainText(name));
  const rest = count - told.length;
  if (rest > 0) return `${told.join(', ')} and ${formatCount(rest)} more`;
  if (told.length < 2) return told.join('');
  return `${told.slice(0, -1).join(', ')} and ${told.at(-1)}`;
}
