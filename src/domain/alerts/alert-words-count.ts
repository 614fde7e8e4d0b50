import { cleanText } from './alert-words-name.ts';

/** How much of a clause is told, in UTF-16 code units. */
const MAX_CLAUSE = 400;
const NUMBER = new Intl.NumberFormat('en');
const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** A whole number as people read it: `5,000`. */
export function formatCount(count: number): string {
  return NUMBER.format(count);
}

/** A count with its noun: `1 credential`, `3 credentials`. */
export function countNoun(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** An exact span in the largest unit that divides it: `6 hours`, `90 minutes`, `100 seconds`. */
export function spanWords(seconds: number): string {
  const [unit, length] = UNITS.find(([, length]) => seconds >= length && seconds % length === 0) ?? [
    'second',
    1,
  ];
  return countNoun(seconds / length, unit);
}

/** A limit with its window: `100 pulls per 6 hours`, `200 pulls per hour`; without it, where the hub does not say. */
export function limitWords(limit: number, windowSeconds: number | undefined): string {
  const pulls = countNoun(limit, 'pull');
  if (windowSeconds === undefined) return pulls;
  const span = spanWords(windowSeconds);
  return `${pulls} per ${span.startsWith('1 ') ? span.slice(2) : span}`;
}

/** How long something lasted, no finer than a person asks: `42 minutes`, `2 hours 5 minutes`, `3 days 4 hours`. */
export function lastedWords(lastedMs: number): string {
  const seconds = Math.max(0, Math.round(lastedMs / 1_000));
  if (seconds < 60) return 'less than a minute';
  const index = UNITS.findIndex(([, length]) => seconds >= length);
  const [unit, length] = UNITS[index] ?? UNITS[2];
  const finer = UNITS[index + 1];
  const rest = finer ? Math.floor((seconds % length) / finer[1]) : 0;
  const words = countNoun(Math.floor(seconds / length), unit);
  return finer && rest > 0 ? `${words} ${countNoun(rest, finer[0])}` : words;
}

/** A clause of domain/ as a sentence: first letter upper case, with a full stop. */
export function toSentence(clause: string): string {
  const text = cleanText(clause, MAX_CLAUSE);
  if (text === '') return '';
  const closed = /[.!?…]$/.test(text) ? text : `${text}.`;
  return closed.charAt(0).toUpperCase() + closed.slice(1);
}
