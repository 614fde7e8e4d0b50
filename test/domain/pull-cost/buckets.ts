import type { MeteredBucket } from '../../../src/domain/pull-cost/plan-bucket.ts';

/** When the plans of the tests are made: 2026-11-23T12:00:00Z. */
export const NOW = Date.UTC(2026, 10, 23, 12);

/** An anonymous bucket: 84 of 100 an hour are left. */
export function bucket(changes: Partial<MeteredBucket> = {}): MeteredBucket {
  return {
    kind: 'metered',
    credential: 'anonymous',
    hasLogin: false,
    source: '203.0.113.7',
    remaining: 84,
    limit: 100,
    windowSeconds: 3_600,
    refill: undefined,
    ratePerHour: undefined,
    ...changes,
  };
}
