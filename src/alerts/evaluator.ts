import { type Advance, removeAlert } from '../domain/alerts/lifecycle/advance-alert.ts';
import { alertKey } from '../domain/alerts/lifecycle/alert-identity.ts';
import { type AlertCondition, type AlertRule, CONDITIONS } from '../domain/alerts/rules/alert-rule.ts';
import { evaluateRule } from '../domain/alerts/rules/evaluate-rule.ts';
import { isSubjectGone } from '../domain/alerts/rules/remaining-pulls.ts';
import type { CredentialSnapshot } from '../domain/credential-snapshot.ts';
import type { WatchedSpending } from '../domain/spending/watched-spending.ts';
import type { Containment } from '../kit/contain.ts';
import type { AlertingState } from './alerting-state.ts';

/** What an evaluator depends on. */
export interface EvaluatorPorts {
  readonly state: AlertingState;
  /** Headroom's page, with a slash at its end. */
  readonly pageUrl: () => string;
  /** Isolates failures, so that one broken subject does not break a round. Default: they are not reported. */
  readonly contain?: Containment | undefined;
  /** Returns budgets and caches. Default: none. */
  readonly spending?: (() => WatchedSpending) | undefined;
  /** Receives each alert that has become pending, begun to fire or been resolved. */
  readonly onChange: (alert: NonNullable<Advance['change']>) => void;
}

/** Evaluates rules, and stores the resulting alerts. */
export interface Evaluator {
  /** Applies changed rules. Alerts of removed rules end. */
  apply(rules: readonly AlertRule[], now: number): void;
  /** Evaluates all rules for all credentials. */
  evaluateAll(snapshots: readonly CredentialSnapshot[], now: number): void;
  /** Evaluates the rules that need only one bucket and its credentials. */
  evaluateBucket(members: readonly CredentialSnapshot[], now: number): void;
  /** Evaluates the rules about blocks: an address can have several buckets. */
  evaluateBlocks(snapshots: readonly CredentialSnapshot[], now: number): void;
}

/** Conditions that need only one bucket or one credential. */
const LOCAL: ReadonlySet<AlertCondition['when']> = new Set([
  'exhausted',
  'low',
  'running_out',
  'changed',
  'rejected',
  'downgraded',
]);

/** Creates an evaluator without rules. */
export function createEvaluator({ state, pageUrl, onChange, contain, spending }: EvaluatorPorts): Evaluator {
  let rules: readonly AlertRule[] = [];

  function take(key: string, { record, change }: Advance): void {
    state.setRecord(key, record);
    if (change) onChange(change);
  }

  /** Evaluates a rule and returns the keys of all its subjects. */
  function evaluate(rule: AlertRule, snapshots: readonly CredentialSnapshot[], now: number): string[] {
    return evaluateRule(rule, snapshots, state, pageUrl(), now, contain, spending?.()).map(
      ({ key, advance, baseline }) => {
        take(key, advance);
        if (baseline) state.setBaseline(key, baseline);
        return key;
      },
    );
  }

  function endLost(seen: ReadonlySet<string>, snapshots: readonly CredentialSnapshot[], now: number): void {
    for (const [key, record] of state.records()) {
      if (seen.has(key)) continue;
      const rule = rules.find(({ name }) => name === record.alert.rule);
      const names = snapshots
        .map(({ name }) => name)
        .filter((name) => rule?.credentials?.includes(name) ?? true);
      if (isSubjectGone(record.alert, new Set(names), now)) take(key, removeAlert(record, now));
    }
  }

  return {
    apply(next, now) {
      // Rules that suppress others come first.
      rules = [...next].sort((a, b) => rankOf(a) - rankOf(b));
      for (const [key, record] of state.records()) {
        const isKept = rules.some((rule) => alertKey(rule, record.alert.subject) === key);
        if (!isKept) take(key, removeAlert(record, now));
      }
    },
    evaluateAll(snapshots, now) {
      const seen = new Set(rules.flatMap((rule) => evaluate(rule, snapshots, now)));
      endLost(seen, snapshots, now);
    },
    evaluateBucket(members, now) {
      for (const rule of rules) if (LOCAL.has(rule.condition.when)) evaluate(rule, members, now);
    },
    evaluateBlocks(snapshots, now) {
      for (const rule of rules) if (rule.condition.when === 'blocked') evaluate(rule, snapshots, now);
    },
  };
}

function rankOf({ condition }: AlertRule): number {
  return CONDITIONS.indexOf(condition.when);
}
