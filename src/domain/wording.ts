import { lazy } from '../kit/lazy.ts';

const NUMBER = lazy(() => new Intl.NumberFormat('en'));

/** Units of durations in texts, the largest first, with their length in seconds. */
export const SPAN_UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** Formats a whole number with thousands separators: `5,000`. */
export function formatCount(count: number): string {
  return NUMBER().format(count);
}

/** Formats a count with its noun: `1 credential`, `3 credentials`. */
export function countNoun(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Formats a duration in the largest unit that divides it: `6 hours`, `90 minutes`, `100 seconds`. */
export function spanWords(seconds: number): string {
  const [unit, length] = SPAN_UNITS.find(([, length]) => seconds >= length && seconds % length === 0) ?? [
    'second',
    1,
  ];
  return countNoun(seconds / length, unit);
}

/** Formats a duration for use after "per" or "every": `hour`, `6 hours`, `90 minutes`. */
export function periodWords(seconds: number): string {
  const words = spanWords(seconds);
  return words.startsWith('1 ') ? words.slice(2) : words;
}

/** Returns a clause as a sentence: first letter upper case, with a full stop. Empty for an empty clause. */
export function toSentence(clause: string): string {
  const text = clause.trim();
  if (text === '') return '';
  const closed = /[.!?…]$/.test(text) ? text : `${text}.`;
  return closed.charAt(0).toUpperCase() + closed.slice(1);
}
