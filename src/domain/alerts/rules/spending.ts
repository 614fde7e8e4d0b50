import type { CredentialSnapshot } from '../../credential-snapshot.ts';
import { judgeBalance } from '../../spending/cache-leak.ts';
import type { BudgetEntry, WatchedSpending } from '../../spending/watched-spending.ts';
import { type AlertFacts, type AlertSubject, NOTHING_KNOWN } from '../alert.ts';
import { type Evaluation, type EvaluationContext, UNKNOWN } from './evaluation.ts';
import { bucketFacts, noFacts, readBucket } from './remaining-pulls.ts';
import type { RuleTarget } from './rule-targets.ts';

/** How long a condition of spending must not hold before its alert ends, in milliseconds (10 minutes). */
const SETTLE_MS = 600_000;

/** Evaluates whether a bucket loses clearly more than the caches that draw on it asked for. */
export function evaluateCacheLeak(
  members: readonly CredentialSnapshot[],
  caches: WatchedSpending['caches'],
  { now }: EvaluationContext,
): Evaluation {
  const own = caches.filter(({ credential }) => members.some(({ name }) => name === credential));
  const balances = own.flatMap(({ balance }) => balance ?? []);
  const [first] = balances;
  if (!first || balances.length < own.length) return UNKNOWN;
  const cache = {
    names: own.map(({ name }) => name),
    from: Math.min(...balances.map(({ from }) => from)),
    to: Math.max(...balances.map(({ to }) => to)),
    // Every balance states the loss of the same bucket.
    lost: Math.max(...balances.map(({ lost }) => lost)),
    missed: balances.reduce((sum, { missed }) => sum + missed, 0),
  };
  const reading = readBucket(members);
  const facts = { ...(reading ? bucketFacts(reading, members, now) : noFacts(members, now)), cache };
  return verdictOf(
    { leak: 'holds', between: 'stays', tight: 'clear' } as const,
    judgeBalance(cache),
    facts,
    now,
  );
}

/** A team reaches this share of its budget again only by falling: between it and 1 alerts neither begin nor end. */
const CLEAR_SHARE = 0.9;

/** Returns the budgets as targets, each with its numbers. A team has no credentials. */
export function budgetTargets(budgets: readonly BudgetEntry[]): (BudgetEntry & { target: RuleTarget })[] {
  return budgets.map((entry) => {
    const { team, per } = entry.budget;
    const subject: AlertSubject = {
      kind: 'team',
      key: `team ${team} per ${per}`,
      source: undefined,
      team,
      per,
    };
    return { ...entry, target: { subject, members: [] } };
  });
}

/** Evaluates whether a team is over its budget, or is likely to be before the period ends. */
export function evaluateBudget({ budget, status }: BudgetEntry, { now }: EvaluationContext): Evaluation {
  if (!status) return UNKNOWN;
  const facts = { ...NOTHING_KNOWN, at: now, budget: { ...status } };
  // Reports have stopped to arrive: the period is history.
  if (now - status.to > status.to - status.from) return { verdict: 'overtaken', facts };
  const expected = Math.max(status.spent, status.forecast?.likely ?? 0);
  const level = expected > budget.pulls ? 'over' : expected > budget.pulls * CLEAR_SHARE ? 'near' : 'within';
  return verdictOf({ over: 'holds', near: 'stays', within: 'clear' } as const, level, facts, now);
}

function verdictOf<Level extends string>(
  verdicts: Readonly<Record<Level, 'holds' | 'stays' | 'clear'>>,
  level: Level,
  facts: AlertFacts,
  now: number,
): Evaluation {
  switch (verdicts[level]) {
    case 'holds':
      return { verdict: 'holds', since: now, facts };
    case 'stays':
      return { verdict: 'stays', facts };
    case 'clear':
      return { verdict: 'clear', at: now, settleMs: SETTLE_MS, isDoubtful: false, facts };
  }
}
