import { countNoun, formatCount, periodWords, SPAN_UNITS } from '../domain/wording.ts';
import { cleanText } from '../kit/foreign-text.ts';

/** A moment as a view needs it: how long ago in words, for machines, and in full. */
export interface Moment {
  /** `12 seconds ago`. */
  readonly text: string;
  /** RFC 3339, for the attribute `datetime`. */
  readonly datetime: string;
  /** `2026-11-23 21:02:11 UTC`. */
  readonly title: string;
}

/** An age below this many seconds is "just now": a page is not read faster. */
const JUST_NOW_SECONDS = 5;
/** A span is told in a unit from this many of it: 90 minutes say more than "1 hour". */
const AT_LEAST = 2;

/** Says when something happened; an instant that is still to come, by a clock that was set, is just now. */
export function toMoment(at: number, now: number): Moment {
  const datetime = toTimestamp(at);
  const seconds = Math.floor((now - at) / 1_000);
  return {
    text: seconds < JUST_NOW_SECONDS ? 'just now' : `${ageWords(seconds)} ago`,
    datetime,
    title: `${datetime.slice(0, 19).replace('T', ' ')} UTC`,
  };
}

/** An instant in milliseconds since the epoch as RFC 3339, in UTC. */
export function toTimestamp(at: number): string {
  return new Date(at).toISOString();
}

/** A window as people say it: `per hour`, `per 6 hours`, `per 90 minutes`; undefined is "per window". */
export function windowWords(windowSeconds: number | undefined): string {
  return windowSeconds === undefined ? 'per window of unknown length' : `per ${periodWords(windowSeconds)}`;
}

function ageWords(seconds: number): string {
  const [unit, length] = SPAN_UNITS.find(([, length]) => seconds >= AT_LEAST * length) ?? ['second', 1];
  return countNoun(Math.floor(seconds / length), unit);
}

/**
 * Text of others for a page: without control characters, and cut with an ellipsis when it is longer than `maxLength`
 * characters. Escaping is the view's business.
 */
export function toPlainText(text: string, maxLength = Number.POSITIVE_INFINITY): string {
  return cleanText(text, maxLength + 1);
}

/** How many names are told one by one. */
const NAMES_TOLD = 3;

/**
 * Names in a row, the first three of them: `ci, nat-b, web and 3 more`.
 * @param count how many there are in all; `names` may hold the first few only
 */
export function listNames(names: readonly string[], count = names.length): string {
  const told = names.slice(0, NAMES_TOLD).map((name) => toPlainText(name));
  const rest = count - told.length;
  if (rest > 0) return `${told.join(', ')} and ${formatCount(rest)} more`;
  if (told.length < 2) return told.join('');
  return `${told.slice(0, -1).join(', ')} and ${told.at(-1)}`;
}
