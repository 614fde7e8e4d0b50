import type { AlertRule } from '../../../src/domain/alerts/rules/alert-rule.ts';

/** Creates a rule for all credentials that fires at once when no pulls are left, with these changes. */
export function ruleOf(differences: Partial<AlertRule> = {}): AlertRule {
  return {
    name: 'RateLimitExhausted',
    condition: { when: 'exhausted' },
    forMs: 0,
    severity: 'critical',
    credentials: undefined,
    sources: undefined,
    labels: {},
    runbookUrl: undefined,
    ...differences,
  };
}
