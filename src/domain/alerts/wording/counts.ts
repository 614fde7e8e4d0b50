import { countNoun, periodWords, SPAN_UNITS, toSentence } from '../../wording.ts';
import { cleanText } from './names.ts';

/** How much of a clause is told, in UTF-16 code units. */
const MAX_CLAUSE = 400;

/** A limit with its window: `100 pulls per 6 hours`, `200 pulls per hour`; without it, where the hub does not say. */
export function limitWords(limit: number, windowSeconds: number | undefined): string {
  const pulls = countNoun(limit, 'pull');
  return windowSeconds === undefined ? pulls : `${pulls} per ${periodWords(windowSeconds)}`;
}

/** How long something lasted, no finer than a person asks: `42 minutes`, `2 hours 5 minutes`, `3 days 4 hours`. */
export function lastedWords(lastedMs: number): string {
  const seconds = Math.max(0, Math.round(lastedMs / 1_000));
  if (seconds < 60) return 'less than a minute';
  const index = SPAN_UNITS.findIndex(([, length]) => seconds >= length);
  const [unit, length] = SPAN_UNITS[index] ?? SPAN_UNITS[2];
  const finer = SPAN_UNITS[index + 1];
  const rest = finer ? Math.floor((seconds % length) / finer[1]) : 0;
  const words = countNoun(Math.floor(seconds / length), unit);
  return finer && rest > 0 ? `${words} ${countNoun(rest, finer[0])}` : words;
}

/** A clause that may hold text of others as a sentence: on one line, and not too long. */
export function clauseSentence(clause: string): string {
  return toSentence(cleanText(clause, MAX_CLAUSE));
}
