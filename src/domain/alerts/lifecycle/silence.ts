import type { Alert } from '../alert.ts';

/**
 * Holds back the messages of a bucket for a time. A silence ends by itself at `endsAt`; an acknowledgement says that
 * somebody is at work, and ends when its alerts are resolved, or at `endsAt`.
 */
export interface Silence {
  /** Random, safe in a URL. */
  readonly id: string;
  readonly kind: 'silence' | 'acknowledgement';
  /** Which subject's alerts, by `AlertSubject.key`. */
  readonly subjectKey: string;
  /** Which rule's; undefined is all of them. */
  readonly rule: string | undefined;
  /** Who did it, as they called themselves. At most 100 characters. */
  readonly author: string;
  /** Why. At most 500 characters. */
  readonly comment: string;
  /** Milliseconds since the epoch. */
  readonly startsAt: number;
  /** Milliseconds since the epoch. */
  readonly endsAt: number;
}

/** What a person asks for. */
export type SilenceRequest = Pick<Silence, 'kind' | 'subjectKey' | 'rule' | 'author' | 'comment'> & {
  /** From now, in milliseconds: 1 minute to 30 days. */
  readonly durationMs: number;
};

/** How short and how long a silence may be, in milliseconds: 1 minute to 30 days. */
const SHORTEST_MS = 60_000;
const LONGEST_MS = 30 * 24 * 3_600_000;
/** The longest author and comment, in characters. */
const LONGEST_AUTHOR = 100;
const LONGEST_COMMENT = 500;
/** The longest key of a subject: a source of 255 characters, with its kind. */
const LONGEST_KEY = 300;

/** Whether a silence is about an alert, and has not ended. */
export function isActiveFor(silence: Silence, alert: Pick<Alert, 'rule' | 'subject'>, now: number): boolean {
  return silence.endsAt > now && matchesAlert(silence, alert);
}

/** Whether a silence is about an alert. */
export function matchesAlert({ subjectKey, rule }: Silence, alert: Pick<Alert, 'rule' | 'subject'>): boolean {
  return alert.subject.key === subjectKey && (rule === undefined || rule === alert.rule);
}

/**
 * Makes a silence of what a person asks for.
 * @param rules names of the rules there are
 * @throws RangeError when a value is out of range
 */
export function createSilence(
  wish: SilenceRequest,
  id: string,
  rules: readonly string[],
  now: number,
): Silence {
  const { kind, rule, durationMs } = wish;
  const subjectKey = checkText('The subject', wish.subjectKey, LONGEST_KEY);
  if (rule !== undefined && !rules.includes(rule)) {
    throw new RangeError(`There is no such rule: ${JSON.stringify(rule)}. There are ${rules.join(', ')}`);
  }
  if (!(durationMs >= SHORTEST_MS && durationMs <= LONGEST_MS)) {
    throw new RangeError(`A silence lasts from 1 minute to 30 days: ${durationMs} ms`);
  }
  const author = checkText('The author', wish.author.trim(), LONGEST_AUTHOR);
  const comment = wish.comment.trim();
  if (comment.length > LONGEST_COMMENT) {
    throw new RangeError(`The comment has at most ${LONGEST_COMMENT} characters: ${comment.length}`);
  }
  return { id, kind, subjectKey, rule, author, comment, startsAt: now, endsAt: now + durationMs };
}

function checkText(what: string, text: string, longest: number): string {
  if (text.length >= 1 && text.length <= longest) return text;
  throw new RangeError(`${what} has 1 to ${longest} characters: ${text.length}`);
}
