import { type Advance, removeAlert } from '../domain/alerts/lifecycle/advance-alert.ts';
import { alertKey } from '../domain/alerts/lifecycle/alert-identity.ts';
import { type AlertCondition, type AlertRule, CONDITIONS } from '../domain/alerts/rules/alert-rule.ts';
import { isSubjectGone } from '../domain/alerts/rules/bucket-reading.ts';
import { evaluateRule } from '../domain/alerts/rules/evaluate-rule.ts';
import type { CredentialSnapshot } from '../domain/credential-snapshot.ts';
import type { Containment } from '../kit/contain.ts';
import type { AlertingState } from './alerting-state.ts';

/** What an evaluator is given. */
export interface EvaluatorPorts {
  readonly state: AlertingState;
  /** Headroom's page, with a slash at its end. */
  readonly pageUrl: () => string;
  /** Keeps one broken subject from breaking a round; without a report unless given. */
  readonly contain?: Containment | undefined;
  /** Hears of each alert that has become pending, fired or been resolved. */
  readonly onChange: (alert: NonNullable<Advance['change']>) => void;
}

/** Evaluates rules, and takes over into the state what they come to. */
export interface Evaluator {
  /** Goes on with these rules; alerts of those that are gone end. */
  apply(rules: readonly AlertRule[], now: number): void;
  /** Evaluates everything. */
  evaluateAll(snapshots: readonly CredentialSnapshot[], now: number): void;
  /** Evaluates what one bucket and its credentials tell by themselves. */
  evaluateBucket(members: readonly CredentialSnapshot[], now: number): void;
  /** Evaluates who may be blocked: an address is more than a bucket. */
  evaluateBlocks(snapshots: readonly CredentialSnapshot[], now: number): void;
}

/** What is about one bucket or one credential. */
const LOCAL: ReadonlySet<AlertCondition['when']> = new Set([
  'exhausted',
  'low',
  'running_out',
  'changed',
  'rejected',
  'downgraded',
]);

/** An evaluator without rules. */
export function createEvaluator({ state, pageUrl, onChange, contain }: EvaluatorPorts): Evaluator {
  let rules: readonly AlertRule[] = [];

  function take(key: string, { record, change }: Advance): void {
    state.setRecord(key, record);
    if (change) onChange(change);
  }

  /** @returns the keys of everything the rule has seen */
  function evaluate(rule: AlertRule, snapshots: readonly CredentialSnapshot[], now: number): string[] {
    return evaluateRule(rule, snapshots, state, pageUrl(), now, contain).map(({ key, advance, baseline }) => {
      take(key, advance);
      if (baseline) state.setBaseline(key, baseline);
      return key;
    });
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
      // What mutes others comes first.
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
