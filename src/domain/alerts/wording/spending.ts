import type { Spender } from '../../spending/largest-spenders.ts';
import type { Refusal } from '../../spending/pull-attempt.ts';
import { rangeWords } from '../../spending/spending-words.ts';
import { countNoun, formatCount, periodWords } from '../../wording.ts';
import type { Alert } from '../alert.ts';
import { namesWords } from './headline.ts';
import { cleanClause, instant, joinSentences, name, range, type Words, words } from './words.ts';

/** Returns the numbers of an alert about a budget, a cache or refused pods in sentences; undefined for other alerts. */
export function spendingFactsWords(alert: Alert, now: number): Words | undefined {
  const { when, facts } = alert;
  if (when === 'budget_exceeded') return budgetWords(facts.budget, now);
  if (when === 'cache_leak') return cacheWords(facts.cache, now);
  if (when === 'pulls_refused') return refusedWords(alert, now);
  return undefined;
}

function budgetWords(status: Alert['facts']['budget'], now: number): Words | undefined {
  if (!status) return undefined;
  const { budget, spent, forecast, to, knownUntil } = status;
  const isOver = spent > budget.pulls;
  const used = words`${formatCount(spent)} of ${countNoun(budget.pulls, 'pull')} per ${budget.per} were used until ${instant(knownUntil, now)}.`;
  if (!forecast || knownUntil >= to) return used;
  const { low, likely, high } = forecast;
  const expected = words`Likely ${formatCount(likely)} until ${instant(to, now)}, between ${formatCount(low)} and ${formatCount(high)}.`;
  return joinSentences([isOver ? words`The budget is exceeded.` : undefined, used, expected]);
}

function cacheWords(cache: Alert['facts']['cache'], now: number): Words | undefined {
  if (!cache) return undefined;
  const { names, lost, missed, from, to } = cache;
  const which =
    names.length === 1 ? words`the cache ${name(names[0])}` : words`its ${formatCount(names.length)} caches`;
  return words`${countNoun(lost, 'pull')} were spent ${range(from, to, 'and', now)}, but ${which} asked for ${formatCount(missed)}.`;
}

/** The longest list of workloads, in UTF-16 code units. */
const MAX_PLACES = 400;

function refusedWords({ subject, facts }: Alert, now: number): Words | undefined {
  const { refused, remaining, limit } = facts;
  if (!refused) return undefined;
  const { pods, since, places, clusters, reasons, exhausted } = refused;
  const left =
    remaining === undefined || limit === undefined
      ? words`has no pull limit`
      : words`has ${formatCount(remaining)} of ${countNoun(limit, 'pull')} left`;
  const bucket = subject.source ? name(subject.source.value) : 'its bucket';
  const other =
    exhausted.length > 0
      ? words`They may draw on ${namesWords(exhausted)}, where no pulls are left.`
      : words`Headroom does not know which.`;
  return joinSentences([
    words`${pods} in ${namesWords(clusters)} since ${instant(since, now)}: ${cleanClause(places, MAX_PLACES)}.`,
    words`Headroom pulls by ${bucket}, which ${left}.`,
    words`${causeOf(subject, reasons)}`,
    reasons.some((reason) => reason !== 'login') ? other : undefined,
  ]);
}

function causeOf({ source }: Alert['subject'], reasons: readonly Refusal[]): string {
  if (reasons.every((reason) => reason === 'login'))
    return 'Docker Hub rejects the logins of the nodes after too many failed ones: their pull secret is wrong, or they leave by another address.';
  return source?.kind === 'account' && reasons.includes('pull_limit')
    ? 'So the nodes pull without this account, or with another one.'
    : 'So the nodes leave by another address than Headroom.';
}

/** Returns what to do about refused pods. */
export function refusedAdvice(isAddress: boolean): string {
  return isAddress
    ? 'On a node that waits, request the limit from Docker Hub as the runbook shows: the answer names the address. Then add a credential with a route by that address, or sign in on the nodes.'
    : 'Check that the waiting pods have a pull secret with this account. On a node, request the limit from Docker Hub as the runbook shows: the answer names what it draws on.';
}

/** The window that is assumed if the hub states none, in seconds: an hour. */
const USUAL_WINDOW_SECONDS = 3_600;

/** Returns who spent the pulls of the window, and how much is not explained; undefined if that is not known. */
export function spendersWords({ state, facts }: Alert): Words | undefined {
  const { spenders: known, windowSeconds = USUAL_WINDOW_SECONDS } = facts;
  if (!known || state === 'resolved') return undefined;
  const { spenders, others, spent, unexplained, unread } = known;
  const window = periodWords(windowSeconds);
  const unreadWords =
    unread.length === 0
      ? undefined
      : words`Clusters that cannot be read now are not counted: ${namesWords(unread)}.`;
  const lost = spent === null ? undefined : countNoun(Math.round(spent), 'pull');
  if (spenders.length === 0) {
    const none = spent
      ? words`None of the ${lost} of the last ${window} is known to come from a pod.`
      : undefined;
    return joinSentences([none, none && unreadWords]);
  }
  const listed = spenders.map((spender, i) => {
    const joint = i === 0 ? '' : i === spenders.length - 1 && others === 0 ? ' and ' : ', ';
    return words`${joint}${spenderWords(spender, i === 0)}`;
  });
  const more = others > 0 ? ` and ${formatCount(others)} more` : '';
  const rest =
    unexplained && unexplained.high > 0
      ? words`Not explained: ${rangeWords(unexplained)} of ${lost}.`
      : undefined;
  return joinSentences([
    words`Largest spenders of the last ${window}: ${listed.flat()}${more}.`,
    rest,
    unreadWords,
  ]);
}

function spenderWords({ team, pulls, workload, part }: Spender, isFirst: boolean): Words {
  const unit = isFirst ? ` ${pulls.high === 1 ? 'pull' : 'pulls'}` : '';
  const where =
    part === 'some'
      ? words`${name(workload)} and others`
      : words`${part === 'most' ? 'mostly ' : ''}${name(workload)}`;
  return words`${name(team)} with ${rangeWords(pulls)}${unit} (${where})`;
}
