import { countNoun, formatCount } from '../../wording.ts';
import type { Alert } from '../alert.ts';
import { instant, joinSentences, name, range, type Words, words } from './words.ts';

/** Returns the numbers of an alert about a budget or a cache in sentences; undefined for other alerts. */
export function spendingFactsWords({ when, facts }: Alert, now: number): Words | undefined {
  if (when === 'budget_exceeded') return budgetWords(facts.budget, now);
  if (when === 'cache_leak') return cacheWords(facts.cache, now);
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
