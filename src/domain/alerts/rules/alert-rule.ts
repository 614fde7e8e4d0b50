import { RUNNING_OUT_WITHIN_MS } from '../../forecast/forecast.ts';
import { LOW_SHARE } from '../../status.ts';

/** The severities, the worst first. `critical` is worth waking a person; `info` is news. */
export const SEVERITIES = ['critical', 'warning', 'info'] as const;

/** One of `SEVERITIES`. */
export type Severity = (typeof SEVERITIES)[number];

/** When an alert begins and when it ends. Configured as `alerts.rules`. */
export interface AlertRule {
  /** A distinct name in CamelCase: the alert's name, and its `alertname` label. */
  readonly name: string;
  readonly condition: AlertCondition;
  /** How long the condition must hold before the alert fires, in milliseconds. Default 0. */
  readonly forMs: number;
  readonly severity: Severity;
  /** Names of the credentials that the rule applies to; undefined applies to all. */
  readonly credentials: readonly string[] | undefined;
  /** Sources that the rule applies to; undefined applies to all. */
  readonly sources: readonly string[] | undefined;
  /** Labels of its alerts besides the built-in ones. */
  readonly labels: Readonly<Record<string, string>>;
  /** The URL of the instructions; undefined uses Headroom's own page `/runbooks/<name>`. */
  readonly runbookUrl: string | undefined;
}

/** The condition of a rule. `when` is the key of the configuration. */
export type AlertCondition =
  | { readonly when: 'exhausted' }
  | { readonly when: 'low'; readonly below: Threshold; readonly clearAt: Threshold }
  | { readonly when: 'running_out'; readonly withinMs: number }
  | { readonly when: 'blocked' }
  | { readonly when: 'rejected' }
  | { readonly when: 'downgraded' }
  | { readonly when: 'changed' }
  | { readonly when: 'unreachable' }
  | { readonly when: 'pulls_refused' }
  | { readonly when: 'cache_leak' }
  | { readonly when: 'budget_exceeded' };

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
  'pulls_refused',
  'cache_leak',
  'budget_exceeded',
] as const satisfies readonly AlertCondition['when'][];

/**
 * The share of the limit from which a bucket is no longer low: 0.25. Between it and `LOW_SHARE` alerts neither
 * begin nor end.
 */
const LOW_CLEAR_SHARE = 0.25;

const MINUTE_MS = 60_000;

/**
 * The rules if none are configured. Critical alerts fire at the first answer. Warnings fire after two minutes,
 * so that a burst from plenty to nothing is one message.
 */
export const DEFAULT_RULES: readonly AlertRule[] = [
  rule('RateLimitExhausted', 'critical', 0, { when: 'exhausted' }),
  rule('RateLimitLow', 'warning', 2 * MINUTE_MS, {
    when: 'low',
    below: { unit: 'share', share: LOW_SHARE },
    clearAt: { unit: 'share', share: LOW_CLEAR_SHARE },
  }),
  rule('RateLimitRunningOut', 'warning', 2 * MINUTE_MS, {
    when: 'running_out',
    withinMs: RUNNING_OUT_WITHIN_MS,
  }),
  rule('DockerHubBlocked', 'critical', 0, { when: 'blocked' }),
  rule('CredentialRejected', 'critical', 0, { when: 'rejected' }),
  rule('CredentialDowngraded', 'warning', 2 * MINUTE_MS, { when: 'downgraded' }),
  rule('RateLimitChanged', 'info', 5 * MINUTE_MS, { when: 'changed' }),
  rule('DockerHubUnreachable', 'warning', 10 * MINUTE_MS, { when: 'unreachable' }),
  // After a refill a kubelet tries again within 5 minutes. A pod whose success is not seen counts for 10 minutes more.
  rule('PullsRefused', 'critical', 15 * MINUTE_MS, { when: 'pulls_refused' }),
  rule('CacheLeak', 'warning', 10 * MINUTE_MS, { when: 'cache_leak' }),
  rule('BudgetExceeded', 'warning', 10 * MINUTE_MS, { when: 'budget_exceeded' }),
];

function rule(name: string, severity: Severity, forMs: number, condition: AlertCondition): AlertRule {
  return {
    name,
    condition,
    forMs,
    severity,
    credentials: undefined,
    sources: undefined,
    labels: {},
    runbookUrl: undefined,
  };
}
