import type { Severity } from '../severity.ts';

/** When an alert begins and when it ends. Configured as `alerts.rules`. */
export interface AlertRule {
  /** CamelCase, distinct: the alert's name, and its `alertname` label. */
  readonly name: string;
  readonly condition: AlertCondition;
  /** How long the condition must hold before the alert fires, in milliseconds. Default 0. */
  readonly forMs: number;
  readonly severity: Severity;
  /** Which credentials the rule looks at; undefined looks at all. */
  readonly credentials: readonly string[] | undefined;
  /** Which sources the rule looks at; undefined looks at all. */
  readonly sources: readonly string[] | undefined;
  /** Labels of its alerts beside the built-in ones. */
  readonly labels: Readonly<Record<string, string>>;
  /** Where a person reads what to do; undefined is Headroom's own page `/runbooks/<name>`. */
  readonly runbookUrl: string | undefined;
}

/** What a rule looks at. `when` is the key of the configuration. */
export type AlertCondition =
  | { readonly when: 'exhausted' }
  | { readonly when: 'low'; readonly below: Threshold; readonly clearAt: Threshold }
  | { readonly when: 'running_out'; readonly withinMs: number }
  | { readonly when: 'blocked' }
  | { readonly when: 'rejected' }
  | { readonly when: 'downgraded' }
  | { readonly when: 'changed' }
  | { readonly when: 'unreachable' };

/** A number of pulls, or a share of the limit from 0 to 1. */
export type Threshold =
  | { readonly unit: 'pulls'; readonly pulls: number }
  | { readonly unit: 'share'; readonly share: number };

/** All values of `when`. */
export const CONDITIONS = [
  'exhausted',
  'low',
  'running_out',
  'blocked',
  'rejected',
  'downgraded',
  'changed',
  'unreachable',
] as const satisfies readonly AlertCondition['when'][];
