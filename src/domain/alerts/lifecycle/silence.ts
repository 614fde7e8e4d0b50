import type { Alert } from '../alert.ts';

/**
 * Suppresses the notifications of a subject for a time. A silence ends at `endsAt`. An acknowledgement says
 * that a person works on the problem; it ends when its alerts are resolved, at the latest at `endsAt`.
 */
export interface Silence {
  /** A random id, safe in a URL. */
  readonly id: string;
  readonly kind: 'silence' | 'acknowledgement';
  /** Selects the alerts by `AlertSubject.key`. */
  readonly subjectKey: string;
  /** Selects the alerts by the name of their rule; undefined selects all rules. */
  readonly rule: string | undefined;
  /** The name that the user entered. At most 100 characters. */
  readonly author: string;
  /** The reason that the user entered. At most 500 characters; may be empty. */
  readonly comment: string;
  /** Milliseconds since the epoch. */
  readonly startsAt: number;
  /** Milliseconds since the epoch. */
  readonly endsAt: number;
}

/** A user's request for a silence or an acknowledgement. */
export type SilenceRequest = Pick<Silence, 'kind' | 'subjectKey' | 'rule' | 'author' | 'comment'> & {
  /** How long it lasts from now, in milliseconds: 1 minute to 30 days. */
  readonly durationMs: number;
};

/** The shortest and the longest silence, in milliseconds: 1 minute to 30 days. */
const SHORTEST_MS = 60_000;
const LONGEST_MS = 30 * 24 * 3_600_000;
/** The longest author and comment, in characters. */
const LONGEST_AUTHOR = 100;
const LONGEST_COMMENT = 500;
/** The longest key of a subject: a source of 255 characters, with its kind. */
const LONGEST_KEY = 300;

/**
 * Reports whether a silence matches an alert and has not ended.
 * @param now milliseconds since the epoch
 */
export function isActiveFor(silence: Silence, alert: Pick<Alert, 'rule' | 'subject'>, now: number): boolean {
  return silence.endsAt > now && matchesAlert(silence, alert);
}

/** Reports whether a silence selects an alert, ended or not. */
export function matchesAlert({ subjectKey, rule }: Silence, alert: Pick<Alert, 'rule' | 'subject'>): boolean {
  return alert.subject.key === subjectKey && (rule === undefined || rule === alert.rule);
}

/**
 * Creates a silence from a user's request.
 * @param rules names of the configured rules
 * @param now milliseconds since the epoch; the silence starts then
 * @throws RangeError if a value is out of range
 */
export function createSilence(
  request: SilenceRequest,
  id: string,
  rules: readonly string[],
  now: number,
): Silence {
  const { kind, rule, durationMs } = request;
  const subjectKey = checkText('The subject', request.subjectKey, LONGEST_KEY);
  if (rule !== undefined && !rules.includes(rule)) {
    throw new RangeError(`Unknown rule: ${JSON.stringify(rule)}. Known rules: ${rules.join(', ')}`);
  }
  if (!(durationMs >= SHORTEST_MS && durationMs <= LONGEST_MS)) {
    throw new RangeError(`A silence must last 1 minute to 30 days: ${durationMs} ms`);
  }
  const author = checkText('The author', request.author.trim(), LONGEST_AUTHOR);
  const comment = request.comment.trim();
  if (comment.length > LONGEST_COMMENT) {
    throw new RangeError(`The comment must have at most ${LONGEST_COMMENT} characters: ${comment.length}`);
  }
  return { id, kind, subjectKey, rule, author, comment, startsAt: now, endsAt: now + durationMs };
}

function checkText(what: string, text: string, longest: number): string {
  if (text.length >= 1 && text.length <= longest) return text;
  throw new RangeError(`${what} must have 1 to ${longest} characters: ${text.length}`);
}
