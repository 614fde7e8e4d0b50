import { RUNNING_OUT_WITHIN_MS } from '../../forecast/forecast.ts';
import { LOW_SHARE } from '../../status.ts';
import type { Severity } from '../severity.ts';
import type { AlertCondition, AlertRule } from './alert-rule.ts';

/** From which share of the limit a bucket is not low any more: 0.25. Between the two nothing begins and nothing ends. */
export const LOW_CLEAR_SHARE = 0.25;

const MINUTE_MS = 60_000;

/**
 * The rules that hold where none are configured. What wakes people fires at the first answer; what only warns waits
 * until it has lasted two minutes, so that a burst that goes from plenty to nothing is one message.
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
