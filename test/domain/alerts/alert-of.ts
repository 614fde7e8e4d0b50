import type { Alert } from '../../../src/domain/alerts/alert.ts';
import { fingerprintOf } from '../../../src/domain/alerts/lifecycle/alert-identity.ts';
import { NOW } from './watched-of.ts';

/** An alert that fires: RateLimitExhausted of a bucket, unless told otherwise. */
export function alertOf(bucket: string, differences: Partial<Alert> = {}): Alert {
  const { rule = 'RateLimitExhausted' } = differences;
  return {
    fingerprint: fingerprintOf(`${rule} ${bucket}`),
    rule,
    when: 'exhausted',
    severity: 'critical',
    state: 'firing',
    subject: { kind: 'bucket', key: `source ${bucket}`, source: { value: bucket, kind: 'account' } },
    credentials: ['ci'],
    labels: {},
    pendingAt: NOW,
    firedAt: NOW,
    resolvedAt: undefined,
    resolution: undefined,
    facts: {
      remaining: 0,
      limit: 100,
      windowSeconds: 3_600,
      before: undefined,
      forecast: undefined,
      trouble: undefined,
      lastSuccessAt: NOW,
      at: NOW,
    },
    runbookUrl: 'https://headroom.example.com/runbooks/RateLimitExhausted',
    silencedBy: undefined,
    ...differences,
  };
}

/** What makes it RateLimitLow. */
export const LOW: Partial<Alert> = { rule: 'RateLimitLow', when: 'low', severity: 'warning' };
