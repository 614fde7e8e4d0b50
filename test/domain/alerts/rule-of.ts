import type { AlertRule } from '../../../src/domain/alerts/rules/alert-rule.ts';

/** A rule that fires at once when nothing is left, and looks at everything, unless told otherwise. */
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
