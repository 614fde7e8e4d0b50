import { countNoun, formatCount, periodWords, SPAN_UNITS, toSentence } from '../../wording.ts';
import type { Alert, AlertFacts } from '../alert.ts';
import { cleanClause, instant, joinSentences, range, toMinute, type Words, words } from './words.ts';

/** The longest quoted clause, in UTF-16 code units. */
const MAX_CLAUSE = 400;

/**
 * Writes a limit with its window: `100 pulls per 6 hours`, `200 pulls per hour`; without the window if the hub
 * names none.
 */
export function limitWords(limit: number, windowSeconds: number | undefined): string {
  const pulls = countNoun(limit, 'pull');
  return windowSeconds === undefined ? pulls : `${pulls} per ${periodWords(windowSeconds)}`;
}

/** Writes a duration with at most two units: `42 minutes`, `2 hours 5 minutes`, `3 days 4 hours`. */
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

/** Returns a clause that may hold foreign text as a sentence: cleaned, on one line, at most 400 characters. */
export function clauseSentence(clause: string): string {
  return toSentence(cleanClause(clause, MAX_CLAUSE));
}

/** The age from which an instant is followed by its distance, in milliseconds (2 minutes). */
const MIN_SPAN_MS = 120_000;
const MINUTE_MS = 60_000;

/** How a lasting condition is called in "It has been … since"; default "so". */
const CONDITION_STATES: Readonly<Partial<Record<Alert['when'], string>>> = {
  low: 'low',
  running_out: 'running out',
};

/**
 * Returns the facts in a sentence or two: how much is left and since when; how long it lasted, once it has
 * ended.
 * @param now milliseconds since the epoch
 */
export function factsWords(alert: Alert, now: number): Words {
  if (alert.resolvedAt !== undefined) {
    return joinSentences([currentFacts(alert, ''), lasted(alert, alert.resolvedAt, now)]) ?? [];
  }
  return alert.when === 'unreachable' ? unanswered(alert.facts, now) : ongoing(alert, now);
}

/** Returns since when the condition holds: readings may show an earlier begin than the alert has. */
function sinceOf({ facts, pendingAt }: Alert): number {
  return facts.forecast?.kind === 'exhausted' ? Math.min(facts.forecast.since, pendingAt) : pendingAt;
}

/** Returns how many pulls are left: `0 of 100 pulls per hour`; undefined if unknown. */
function leftWords({ remaining, limit, windowSeconds }: AlertFacts): string | undefined {
  if (remaining === undefined || limit === undefined) return undefined;
  return `${formatCount(Math.max(0, remaining))} of ${limitWords(limit, windowSeconds)}`;
}

function ongoing(alert: Alert, now: number): Words {
  const since = words`since ${sinceWords(sinceOf(alert), now)}`;
  if (alert.when === 'exhausted') {
    // An exhausted bucket has had the same number all the time.
    const facts = currentFacts(alert, words`, ${since}`);
    if (facts) return facts;
  }
  const so = words`It has been ${CONDITION_STATES[alert.when] ?? 'so'} ${since}.`;
  return (
    joinSentences([meaning(alert), currentFacts(alert, ''), alert.when === 'changed' ? undefined : so]) ?? []
  );
}

/** Returns what Docker Hub's block means; undefined for other conditions. */
function meaning({ when, facts }: Alert): Words | undefined {
  return when === 'blocked' && facts.trouble ? words`${clauseSentence(facts.trouble.meaning)}` : undefined;
}

function unanswered({ lastSuccessAt, trouble }: AlertFacts, now: number): Words {
  const reason = trouble ? words` ${clauseSentence(trouble.meaning)}` : undefined;
  if (lastSuccessAt === undefined) return words`No probe has succeeded yet.${reason}`;
  return words`No probe has succeeded since ${sinceWords(lastSuccessAt, now)}.${reason}`;
}

/** Returns the current numbers in a sentence; `ending` goes before the full stop. */
function currentFacts({ when, facts }: Alert, ending: Words | string): Words | undefined {
  const { before, limit, windowSeconds, remaining } = facts;
  if (when === 'changed' && limit !== undefined) {
    const was = before ? `, and was ${limitWords(before.limit, before.windowSeconds)} before` : '';
    return words`It is ${limitWords(limit, windowSeconds)} now${was}.`;
  }
  if (when === 'blocked' || when === 'rejected' || when === 'unreachable') return undefined;
  const left = leftWords(facts);
  return left === undefined ? undefined : words`${left} ${remaining === 1 ? 'is' : 'are'} left${ending}.`;
}

function lasted(alert: Alert, resolvedAt: number, now: number): Words | undefined {
  if (alert.resolution === 'removed')
    return words`Its rule has been removed, or nothing draws on it any more.`;
  if (alert.when === 'changed') return undefined;
  const { lastSuccessAt } = alert.facts;
  const since =
    alert.when === 'unreachable' ? Math.min(lastSuccessAt ?? resolvedAt, alert.pendingAt) : sinceOf(alert);
  return words`It lasted ${spanBetween(since, resolvedAt)}, ${range(since, resolvedAt, 'to', now)}.`;
}

/** Writes the distance of two instants as a clock shows it, in whole minutes: from 09:29 to 09:50 is 21. */
function spanBetween(from: number, to: number): string {
  const minutes = toMinute(to) - toMinute(from);
  return lastedWords(minutes * MINUTE_MS);
}

function sinceWords(at: number, now: number): Words {
  const span = now - at >= MIN_SPAN_MS ? ` (${spanBetween(at, now)})` : '';
  return words`${instant(at, now)}${span}`;
}
