import { countNoun, formatCount, periodWords, SPAN_UNITS, toSentence } from '../../wording.ts';
import type { Alert, AlertFacts } from '../alert.ts';
import { cleanClause, instant, joinSentences, range, toMinute, type Words, words } from './words.ts';

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
  return toSentence(cleanClause(clause, MAX_CLAUSE));
}

/** From this age on a moment is also told as a span, in milliseconds. */
const MIN_SPAN_MS = 120_000;
const MINUTE_MS = 60_000;

/** What has been going on since it began, where a word says it. */
const CONDITION_STATES: Readonly<Partial<Record<Alert['when'], string>>> = {
  low: 'low',
  running_out: 'running out',
};

/** What is known, in a sentence or two: how much is left of what, and since when; how long it lasted once it is over. */
export function factsWords(alert: Alert, now: number): Words {
  if (alert.resolvedAt !== undefined) {
    return joinSentences([currentFacts(alert, ''), lasted(alert, alert.resolvedAt, now)]) ?? [];
  }
  return alert.when === 'unreachable' ? unanswered(alert.facts, now) : ongoing(alert, now);
}

/** Since when it has been so: the hub's answers may have said it before the alert began. */
function sinceOf({ facts, pendingAt }: Alert): number {
  return facts.forecast?.kind === 'exhausted' ? Math.min(facts.forecast.since, pendingAt) : pendingAt;
}

/** How many pulls are left of the limit: `0 of 100 pulls per hour`; undefined where that is not known. */
function leftWords({ remaining, limit, windowSeconds }: AlertFacts): string | undefined {
  if (remaining === undefined || limit === undefined) return undefined;
  return `${formatCount(Math.max(0, remaining))} of ${limitWords(limit, windowSeconds)}`;
}

function ongoing(alert: Alert, now: number): Words {
  const since = words`since ${sinceWords(sinceOf(alert), now)}`;
  if (alert.when === 'exhausted') {
    // The number has been the same all the time.
    const facts = currentFacts(alert, words`, ${since}`);
    if (facts) return facts;
  }
  const so = words`It has been ${CONDITION_STATES[alert.when] ?? 'so'} ${since}.`;
  return (
    joinSentences([meaning(alert), currentFacts(alert, ''), alert.when === 'changed' ? undefined : so]) ?? []
  );
}

/** What Docker Hub's refusal means, where the headline does not say it all. */
function meaning({ when, facts }: Alert): Words | undefined {
  return when === 'blocked' && facts.trouble ? words`${clauseSentence(facts.trouble.meaning)}` : undefined;
}

function unanswered({ lastSuccessAt, trouble }: AlertFacts, now: number): Words {
  const reason = trouble ? words` ${clauseSentence(trouble.meaning)}` : undefined;
  if (lastSuccessAt === undefined) return words`No probe has succeeded yet.${reason}`;
  return words`No probe has succeeded since ${sinceWords(lastSuccessAt, now)}.${reason}`;
}

/** What the limit looks like now; `ending` goes before the full stop. */
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

/** As long as the clock says, which shows minutes: from 09:29 to 09:50 are 21 of them. */
function spanBetween(from: number, to: number): string {
  const minutes = toMinute(to) - toMinute(from);
  return lastedWords(minutes * MINUTE_MS);
}

function sinceWords(at: number, now: number): Words {
  const span = now - at >= MIN_SPAN_MS ? ` (${spanBetween(at, now)})` : '';
  return words`${instant(at, now)}${span}`;
}
