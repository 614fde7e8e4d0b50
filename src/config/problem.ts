import { escapeControls } from '../kit/foreign-text.ts';
import { comparePlaces, formatPlace, type Place } from './input.ts';

/** An error in the configuration. Contains no secret. */
export interface Problem {
  readonly place: Place;
  /** The path of the key, such as `credentials[2].password_file`; undefined without a key, as for a YAML syntax error. */
  readonly key?: string | undefined;
  /** Describes the error: a sentence without a full stop. */
  readonly message: string;
  /** The value as written, secrets masked; undefined if it is not shown. */
  readonly found?: string | undefined;
  /** Describes the allowed values. */
  readonly allowed?: string | undefined;
}

/** Collects a problem. Reading continues, so that all problems are reported together. */
export type Report = (problem: Problem) => void;

/** Thrown for an invalid configuration. Has every problem, ordered by place; the message lists them all. */
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
 * Formats problems for standard error: a heading and one line for each problem, without a final newline.
 * @param subject what has the problems, as the beginning of a sentence
 */
export function formatProblems(problems: readonly Problem[], subject = 'The configuration'): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return [`${subject} has ${count}:`, ...problems.map((problem) => `  ${formatProblem(problem)}`)].join('\n');
}

function formatProblem({ place, key, message, found, allowed }: Problem): string {
  const text = [formatPlace(place), key, message, found].filter((part) => part !== undefined).join(': ');
  return escapeControls(allowed === undefined ? text : `${text}. Allowed: ${allowed}`);
}

/** The largest edit distance of a suggestion, in letters. */
const MAX_DISTANCE = 3;

/**
 * Returns the known word that is most similar to a misspelled one, ignoring case.
 * @returns undefined if no known word has an edit distance of at most 3 letters and less than half of the word
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

/** Returns the optimal string alignment distance: insertions, deletions, replacements and swaps of neighbours. */
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
