import type { CompatibilityName } from '../../src/domain/compatibility.ts';
import type { Outlook } from '../../src/domain/credential-snapshot.ts';
import type { CredentialState } from '../../src/domain/credential-state.ts';
import type { SpendingFacts } from '../../src/domain/spending/spending-facts.ts';
import type { WatchedSpending } from '../../src/domain/spending/watched-spending.ts';
import type { Family } from '../../src/metrics/family.ts';
import {
  createMetrics,
  type Exposition,
  type Metrics,
  type MetricsPorts,
  type ScrapeRequest,
} from '../../src/metrics/metrics.ts';
import { outlookOf } from './outlooks.ts';
import { NOW } from './states.ts';

/** Two namespaces, one with waiting pods. */
const SPENDING: SpendingFacts = {
  namespaces: [
    { cluster: 'prod', namespace: 'shop', attempts: 12, refused: { pull_limit: 3, other_registry: 1 } },
    { cluster: 'prod', namespace: 'other', attempts: 4, refused: {} },
  ],
  waiting: [
    { cluster: 'prod', namespace: 'shop', pods: 2 },
    { cluster: 'prod', namespace: 'other', pods: 0 },
  ],
  explained: new Map([['anonymous', 0.75]]),
};
const USAGE_PULLS: ReadonlyMap<string, number> = new Map([['shop', 120]]);
const OVERDUE_POLLS: ReadonlyMap<string, number> = new Map([['ci', 0]]);

/** A budget with a forecast, and a cache that leaks. */
export const WATCHED: WatchedSpending = {
  budgets: [
    {
      budget: { team: 'shop', pulls: 2_000, per: 'day' },
      status: {
        budget: { team: 'shop', pulls: 2_000, per: 'day' },
        from: NOW - 36_000_000,
        to: NOW + 50_400_000,
        knownUntil: NOW,
        spent: 1_200,
        forecast: { low: 1_900, likely: 2_300, high: 2_900 },
      },
    },
    { budget: { team: 'data', pulls: 500, per: 'week' }, status: undefined },
  ],
  caches: [
    {
      name: 'mirror',
      credential: 'ci',
      requests: 900,
      misses: 40,
      balance: { from: NOW - 3_600_000, to: NOW, lost: 31, missed: 4 },
    },
    { name: 'spegel', credential: 'ci', requests: 7, misses: 7, balance: undefined },
  ],
};

/** The headers of scrapers. */
export const SCRAPES = {
  text: { accept: 'text/plain;version=0.0.4', acceptEncoding: undefined },
  openmetrics: { accept: 'application/openmetrics-text;version=1.0.0', acceptEncoding: undefined },
} satisfies Record<string, ScrapeRequest>;

/** Constant families of a process, with every type and values that are difficult to format. */
export const PROCESS_FAMILIES: readonly Family[] = [
  {
    name: 'process_cpu_seconds_total',
    type: 'counter',
    help: 'Total user and system CPU time spent in seconds.',
    samples: [{ labels: {}, value: 1.25 }],
  },
  {
    name: 'nodejs_gc_duration_seconds',
    type: 'histogram',
    help: 'Garbage collection duration by "kind", one of \\a\nb.',
    samples: [
      { name: 'nodejs_gc_duration_seconds_bucket', labels: { le: '1.0', kind: 'minor' }, value: 2 },
      { name: 'nodejs_gc_duration_seconds_bucket', labels: { le: '+Inf', kind: 'minor' }, value: 3 },
      { name: 'nodejs_gc_duration_seconds_sum', labels: { kind: 'minor' }, value: 4.5e-7 },
      { name: 'nodejs_gc_duration_seconds_count', labels: { kind: 'minor' }, value: 3 },
    ],
  },
  {
    name: 'process_odd_bytes',
    type: 'gauge',
    help: 'Values with a spelling of their own.',
    samples: [
      { labels: { value: 'nan' }, value: Number.NaN },
      { labels: { value: 'most' }, value: Number.POSITIVE_INFINITY },
      { labels: { value: 'least' }, value: Number.NEGATIVE_INFINITY },
      { labels: { value: 'huge' }, value: 1e300 },
    ],
  },
  { name: 'process_absent_bytes', type: 'gauge', help: 'Nothing to say.', samples: [] },
];

/** Contains metrics whose sources a test can change. */
export interface ExposerWorld {
  states: readonly CredentialState[];
  outlookOf: (name: string) => Outlook | undefined;
  version: number;
  now: number;
  compatibility: readonly CompatibilityName[];
  reload: { successful: boolean; lastSuccessAt: number | undefined };
  /** Returns how often the states were read. */
  asked: number;
  readonly metrics: Metrics;
}

/** Creates metrics of these states at `NOW`, with constant metrics of the process by default. */
export function createExposer(
  states: readonly CredentialState[],
  overrides: Partial<Pick<MetricsPorts, 'processMetrics'>> = {},
): ExposerWorld {
  const world: Omit<ExposerWorld, 'metrics'> = {
    states,
    outlookOf,
    version: 1,
    now: NOW,
    compatibility: [],
    reload: { successful: true, lastSuccessAt: NOW - 3_600_000 },
    asked: 0,
  };
  const metrics = createMetrics({
    states: () => {
      world.asked += 1;
      return world.states;
    },
    outlookOf: (name) => world.outlookOf(name),
    version: () => world.version,
    clock: { now: () => world.now },
    buildInfo: { version: '1.2.3', revision: 'abc1234', nodeVersion: '24.1.0' },
    reload: () => world.reload,
    overduePolls: () => OVERDUE_POLLS,
    spending: () => SPENDING,
    usagePulls: () => USAGE_PULLS,
    watched: () => WATCHED,
    receivers: () => [
      { name: 'platform', queued: 1, sent: 5, failed: 2, lastSentAt: NOW, lastError: undefined },
      { name: 'pager', queued: 0, sent: 0, failed: 0, lastSentAt: undefined, lastError: undefined },
    ],
    compatibility: () => world.compatibility,
    processMetrics: async () => PROCESS_FAMILIES,
    ...overrides,
  });
  return Object.assign(world, { metrics });
}

/** Returns the body of an exposition that is not compressed. */
export function textOf({ body }: Exposition): string {
  return Buffer.concat(body).toString();
}
