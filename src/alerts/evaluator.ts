import { type Advance, removeAlert } from '../domain/alerts/lifecycle/advance-alert.ts';
import { alertKey, bucketOf } from '../domain/alerts/lifecycle/alert-identity.ts';
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

/**
 * Conditions that hold or not by the snapshots of one bucket alone: without an alert, their verdict stays the same as long as these
 * do. That saves half of an evaluation of 1,000 credentials of which none has changed, 9 of the 12 in a minute.
 */
const TIMELESS: ReadonlySet<AlertCondition['when']> = new Set([
  'exhausted',
  'low',
  'changed',
  'rejected',
  'downgraded',
]);

/** Creates an evaluator without rules. */
export function createEvaluator({ state, pageUrl, onChange, contain, spending }: EvaluatorPorts): Evaluator {
  let rules: readonly AlertRule[] = [];
  /** The snapshots of the last evaluation of all rules, by credential. */
  let evaluated: ReadonlyMap<string, CredentialSnapshot> = new Map();

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

  /** Returns the credentials of the buckets that have an alert, or a credential that has changed or moved to another bucket. */
  function toEvaluate(snapshots: readonly CredentialSnapshot[]): readonly CredentialSnapshot[] {
    const alerted = new Set([...state.records().values()].flatMap(({ alert }) => alert.credentials));
    const buckets = new Set<string>();
    for (const snapshot of snapshots) {
      const before = evaluated.get(snapshot.name);
      if (before === snapshot && !alerted.has(snapshot.name)) continue;
      buckets.add(bucketOf(snapshot).key);
      if (before) buckets.add(bucketOf(before).key);
    }
    return snapshots.filter((snapshot) => buckets.has(bucketOf(snapshot).key));
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
      evaluated = new Map();
      for (const [key, record] of state.records()) {
        const isKept = rules.some((rule) => alertKey(rule, record.alert.subject) === key);
        if (!isKept) take(key, removeAlert(record, now));
      }
    },
    evaluateAll(snapshots, now) {
      const changed = toEvaluate(snapshots);
      const seen = new Set(
        rules.flatMap((rule) => {
          return evaluate(rule, TIMELESS.has(rule.condition.when) ? changed : snapshots, now);
        }),
      );
      evaluated = new Map(snapshots.map((snapshot) => [snapshot.name, snapshot]));
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
