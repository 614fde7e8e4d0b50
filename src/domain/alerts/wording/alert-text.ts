import { hasSaneNumbers } from '../../believable.ts';
import { BLOCKS, FAILURES } from '../../failure.ts';
import { countNoun, formatCount, periodWords, SPAN_UNITS, toSentence } from '../../wording.ts';
import { type Alert, type AlertFacts, bareAlert, type MostLeft } from '../alert.ts';
import type { Transition } from '../delivery/notification.ts';
import { forecastWords, shortForecastWords } from './forecast.ts';
import { credentialsWords, headlineWords } from './headline.ts';
import { refusedAdvice, spendersWords, spendingFactsWords } from './spending.ts';
import { testMessageWords } from './test-message.ts';
import { cleanClause, instant, joinSentences, name, range, toMinute, type Words, words } from './words.ts';

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

/** Returns a clause as a sentence: with a full stop, without control characters, on one line, cut to 400 characters. The clause may hold foreign text. */
export function clauseSentence(clause: string): string {
  return toSentence(cleanClause(clause, MAX_CLAUSE));
}

/** The age from which an instant is followed by its distance, in milliseconds (2 minutes). */
const MIN_SPAN_MS = 120_000;
const MINUTE_MS = 60_000;

/**
 * Returns the facts in a sentence or two: how much is left and since when; how long it lasted, once it has
 * ended.
 * @param now milliseconds since the epoch
 */
function factsWords(alert: Alert, now: number): Words {
  if (alert.resolvedAt !== undefined) {
    return joinSentences([currentFacts(alert, ''), lasted(alert, alert.resolvedAt, now)]) ?? [];
  }
  if (alert.when === 'unreachable') return unanswered(alert.facts, now);
  return spendingFactsWords(alert, now) ?? ongoing(alert, now);
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
  const lasting = words`This has lasted ${since}.`;
  return (
    joinSentences([
      meaning(alert),
      currentFacts(alert, ''),
      alert.when === 'changed' ? undefined : lasting,
    ]) ?? []
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

/** Conditions of which the remaining pulls say nothing. */
const WITHOUT_PULLS: ReadonlySet<Alert['when']> = new Set([
  'blocked',
  'rejected',
  'unreachable',
  'pulls_refused',
  'cache_leak',
  'budget_exceeded',
]);

/** Returns the current numbers in a sentence; `ending` goes before the full stop. */
function currentFacts({ when, facts }: Alert, ending: Words | string): Words | undefined {
  const { before, limit, windowSeconds, remaining } = facts;
  if (when === 'changed' && limit !== undefined) {
    const was = before ? `, and was ${limitWords(before.limit, before.windowSeconds)} before` : '';
    return words`It is ${limitWords(limit, windowSeconds)} now${was}.`;
  }
  if (WITHOUT_PULLS.has(when)) return undefined;
  const left = leftWords(facts);
  return left === undefined ? undefined : words`${left} ${remaining === 1 ? 'is' : 'are'} left${ending}.`;
}

function lasted(alert: Alert, resolvedAt: number, now: number): Words | undefined {
  if (alert.resolution === 'removed')
    return words`Its rule has been removed, or no credential uses it any more.`;
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

/** Returns what to do now; undefined once the alert has ended. */
function adviceWords(alert: Alert): Words | undefined {
  if (alert.state === 'resolved') return undefined;
  const { mostLeft } = alert.facts;
  if (mostLeft && alert.when === 'exhausted') {
    return words`${mostLeftWords(mostLeft)} Use it for what cannot wait. Pause all other rollouts and builds until pulls come back.`;
  }
  if (mostLeft && (alert.when === 'low' || alert.when === 'running_out')) {
    return words`${mostLeftWords(mostLeft)} Use it for rollouts and builds that cannot wait. Pause the others.`;
  }
  return words`${sentences(alert)}`;
}

function mostLeftWords({ credential, limited }: MostLeft): Words {
  if (!limited) return words`${name(credential)} has no limit.`;
  const pulls = limitWords(limited.limit, limited.windowSeconds);
  return words`Most is left with ${name(credential)}: ${formatCount(limited.remaining)} of ${pulls}.`;
}

function sentences({ when, subject, facts }: Alert): string {
  const isAddress = subject.source?.kind === 'ipv4' || subject.source?.kind === 'ipv6';
  switch (when) {
    case 'exhausted':
      return isAddress
        ? 'Pause rollouts and builds until pulls come back. If something cannot wait: sign in, since a login has its own pulls, or pull from a mirror.'
        : 'Pause rollouts and builds until pulls come back. If something cannot wait: pull from a mirror, or with another account.';
    case 'low':
    case 'running_out':
      return isAddress
        ? 'Pause rollouts and builds that can wait. For the others, sign in or pull from a mirror before the pulls are used up.'
        : 'Pause rollouts and builds that can wait. For the others, use a mirror or another account before the pulls are used up.';
    case 'rejected':
      return clauseSentence(facts.trouble?.advice ?? FAILURES.unauthorized.advice);
    case 'blocked':
      return clauseSentence(facts.trouble?.advice ?? BLOCKS.abuse.advice);
    case 'unreachable':
      return clauseSentence(facts.trouble?.advice ?? FAILURES.connect.advice);
    case 'downgraded':
      return 'Check that the login still works, which plan it has, and whether a proxy or mirror removes it from requests. Until this is fixed, its pulls are counted together with all others from this address.';
    case 'pulls_refused':
      return refusedAdvice(isAddress);
    case 'cache_leak':
      return 'Find the machines that do not use the cache: nodes without the mirror setting, builds, and other sites behind this address or account.';
    case 'budget_exceeded':
      return 'Find the repositories and tokens with the most pulls by headroom usage, and pull them through a mirror, or raise the budget.';
    case 'changed':
      return 'Nothing is broken. Check that rollouts and builds fit into the new limit.';
  }
}

/** The texts of one alert, in the order in which a reader needs them. */
export interface AlertWords {
  /** What happened, and to what: one line without a full stop. */
  readonly headline: Words;
  /** How much is left and since when; how long it lasted, once it has ended. */
  readonly facts: Words;
  /** The credentials that use the subject: `Used by ci, nat-b and web.`; undefined if the headline names the only one. */
  readonly credentials: Words | undefined;
  /** Who spent the pulls of the window; undefined if it is not known. */
  readonly spenders: Words | undefined;
  /** When the bucket will be empty and when pulls return, as ranges; undefined for other conditions. */
  readonly forecast: Words | undefined;
  /** The forecast in one sentence, for one alert of many; undefined if there is none. */
  readonly shortForecast: Words | undefined;
  /** All of the above except the headline and the short forecast, in the order of a complete message. */
  readonly details: readonly Words[];
  /** What to do now; undefined once it has ended. */
  readonly advice: Words | undefined;
  /** Why the details are left out, for the log; undefined if they are not. */
  readonly fault: string | undefined;
}

/** The text in place of the details of an alert that cannot be shown. */
export const DETAILS_UNAVAILABLE = 'The details of this alert cannot be shown.';

/**
 * Returns the texts of an alert. Never throws: if the facts cannot be put into words, the texts say what
 * happened, and that the details cannot be shown.
 * @param transition a repeat says "still"
 * @param now milliseconds since the epoch: when the message is sent
 */
export function alertWords(alert: Alert, transition: Transition, now: number): AlertWords {
  const parts = alertParts(alert, transition, now);
  const { facts, credentials, spenders, forecast } = parts;
  return {
    ...parts,
    details: [facts, credentials, spenders, forecast].filter((part) => part !== undefined),
  };
}

type AlertParts = Omit<AlertWords, 'details'>;

function alertParts(alert: Alert, transition: Transition, now: number): AlertParts {
  try {
    const { pendingAt, firedAt, resolvedAt, facts } = alert;
    if (!hasSaneNumbers([pendingAt, firedAt, resolvedAt, facts])) {
      throw new RangeError('One of its numbers is not believable');
    }
    const test = testMessageWords(alert);
    return test ? { ...ONLY_FACTS, ...test } : completeWords(alert, transition, now);
  } catch (error) {
    return wordsWithoutDetails(bareAlert(alert, now), transition, error);
  }
}

function completeWords(alert: Alert, transition: Transition, now: number): AlertParts {
  return {
    headline: headlineWords(alert, transition),
    facts: factsWords(alert, now),
    credentials: credentialsWords(alert),
    spenders: spendersWords(alert),
    forecast: forecastWords(alert, now),
    shortForecast: shortForecastWords(alert, now),
    advice: adviceWords(alert),
    fault: undefined,
  };
}

/** The texts of an alert of which nothing but headline and facts is known. */
const ONLY_FACTS = {
  credentials: undefined,
  spenders: undefined,
  forecast: undefined,
  shortForecast: undefined,
  advice: undefined,
  fault: undefined,
} as const satisfies Partial<AlertWords>;

function wordsWithoutDetails(alert: Alert, transition: Transition, error: unknown): AlertParts {
  return {
    ...ONLY_FACTS,
    headline: headlineWords(alert, transition),
    facts: words`${DETAILS_UNAVAILABLE}`,
    credentials: credentialsWords(alert),
    fault: error instanceof Error ? error.message : String(error),
  };
}
