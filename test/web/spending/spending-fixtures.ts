import {
  type BucketLoss,
  reportSpending,
  type SpendingQuery,
  type SpendingSum,
} from '../../../src/domain/spending/spending-report.ts';
import type {
  ClusterStatus,
  SpendingBucket,
  SpendingService,
  WaitingPods,
} from '../../../src/domain/spending/spending-service.ts';
import type { UsageDay } from '../../../src/domain/spending/usage-store.ts';
import { createUsageTally } from '../../../src/domain/spending/usage-summary.ts';
import { NOW } from '../states.ts';

/** The length of a slot of these reports, in milliseconds. */
export const SLOT_MS = 600_000;
/** The start of the first slot, a day before `NOW`. */
export const FIRST_SLOT = Math.floor((NOW - 86_400_000) / SLOT_MS) * SLOT_MS;

/** What a bucket lost in slot `i`. */
export function loss(i: number, spent: number | null): BucketLoss {
  return { at: FIRST_SLOT + i * SLOT_MS, spent };
}

/** The pulls of one attempt in the first slot. */
export function sum(
  fields: SpendingSum['fields'],
  low: number,
  high: number,
  changes: Partial<SpendingSum> = {},
): SpendingSum {
  return { at: FIRST_SLOT, attempts: 1, refused: 0, pulls: { low, high }, fields, ...changes };
}

/** A spending service of these sums. */
export function spendingOf({
  isOn = true,
  buckets = [{ id: '192.0.2.1', credentials: ['anonymous', 'ci'] }],
  sums = [],
  losses = [],
  waiting = [],
  clusters = [],
  usage,
  onReport,
}: {
  isOn?: boolean;
  buckets?: readonly SpendingBucket[];
  sums?: readonly SpendingSum[];
  losses?: readonly BucketLoss[];
  waiting?: readonly WaitingPods[];
  clusters?: readonly ClusterStatus[];
  /** Sums of usage reports, grouped as a query wishes. Default: usage reports are not configured. */
  usage?: readonly UsageDay[];
  /** Called with each query; may throw. */
  onReport?: (query: SpendingQuery) => void;
} = {}): SpendingService {
  return {
    isOn: () => isOn,
    buckets: () => buckets,
    async report(query) {
      onReport?.(query);
      return reportSpending(query, SLOT_MS, losses, sums);
    },
    async usage({ by, from, to }) {
      if (!usage) return undefined;
      const tally = createUsageTally({
        by,
        teamOf: ({ user = '' }) => `team of ${user}`,
        showAddress: (address) => address,
      });
      for (const day of usage) if (day.at >= from && day.at < to) tally.add({ ...day, versionChecks: 0 });
      return tally.summary();
    },
    waiting: () => waiting,
    clusters: () => clusters,
  };
}
