import type { Place } from './place.ts';
import { comparePlaces, formatPlace } from './place.ts';

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
  return oneLine(allowed === undefined ? text : `${text}. Allowed: ${allowed}`);
}

/** Keys and paths may hold anything; a line break in one must not forge a line of the log. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
