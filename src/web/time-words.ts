import { countNoun, periodWords, SPAN_UNITS } from '../domain/wording.ts';

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
