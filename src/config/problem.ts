import { escapeControls } from '../kit/foreign-text.ts';
import { comparePlaces, formatPlace, type Place } from './input.ts';

/** One thing that is wrong with the configuration. Holds no secret. */
export interface Problem {
  readonly place: Place;
  /** The key in dots, `credentials[2].password_file`; undefined where there is none, as in a YAML syntax error. */
  readonly key?: string | undefined;
  /** What is wrong: a sentence without a full stop. */
  readonly message: string;
  /** The value as written, secrets masked; undefined where it says nothing. */
  readonly found?: string | undefined;
  /** What would be right. */
  readonly allowed?: string | undefined;
}

/** Takes a problem; reading goes on, so that all of them are reported at once. */
export type Report = (problem: Problem) => void;

/** The configuration cannot be used; holds every problem, in reading order. The message names them all. */
export class ConfigError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const sorted = [...problems].sort((a, b) => comparePlaces(a.place, b.place));
    super(formatProblems(sorted));
    this.name = 'ConfigError';
    this.problems = sorted;
  }
}

/**
 * The text that standard error gets before the exit with code 2: a line for each problem, without a final newline.
 * @param subject what has the problems, as a sentence begins with it
 */
export function formatProblems(problems: readonly Problem[], subject = 'The configuration'): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return [`${subject} has ${count}:`, ...problems.map((problem) => `  ${formatProblem(problem)}`)].join('\n');
}

function formatProblem({ place, key, message, found, allowed }: Problem): string {
  const text = [formatPlace(place), key, message, found].filter((part) => part !== undefined).join(': ');
  return escapeControls(allowed === undefined ? text : `${text}. Allowed: ${allowed}`);
}

/** The most letters a word may be away from what was meant. */
const MAX_DISTANCE = 3;

/**
 * The known word that somebody probably meant, whatever its case.
 * @returns undefined when none is near: at most 3 letters away, and less than half of the word
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.min(MAX_DISTANCE + 1, Math.ceil(word.length / 2));
  for (const candidate of known) {
    const distance = editDistance(word.slice(0, 64).toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Optimal string alignment: letters inserted, left out, replaced, or swapped with their neighbour. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let distance = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) distance = Math.min(distance, (beforeLast[j - 2] ?? 0) + 1);
      row.push(distance);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
