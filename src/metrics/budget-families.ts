import type { BudgetStatus } from '../domain/spending/budget.ts';
import { type CacheStatus, hitRatio } from '../domain/spending/cache-leak.ts';
import type { WatchedSpending } from '../domain/spending/watched-spending.ts';
import type { FamilyDefinition, Sample } from './family.ts';

/** Contains the values of the metrics about spending. */
export interface BudgetMetrics {
  /** The pulls of each team by usage reports. The same map until a number changes. */
  readonly usagePulls: ReadonlyMap<string, number>;
  /** The same object until a budget or a cache changes. */
  readonly watched: WatchedSpending;
}

const NO_BUDGETS = 'without a budget or usage of its team';
const NO_CACHES = 'without caches, or before the first answer';

/** The metric families about who spends the pulls. */
export const BUDGET_FAMILIES: readonly FamilyDefinition<BudgetMetrics>[] = [
  {
    name: 'dockerhub_usage_pulls_total',
    type: 'counter',
    help: "Pulls of a team by Docker Hub's usage reports; those of all teams beyond 100 as other.",
    labels: ['team'],
    absent: 'without usage reports',
    samples: ({ usagePulls }) => [...usagePulls].map(([team, value]) => ({ labels: { team }, value })),
  },
  {
    name: 'dockerhub_budget_pulls',
    type: 'gauge',
    help: 'The budget of a team: pulls that it may spend in a period.',
    labels: ['team', 'per'],
    absent: 'without budgets',
    samples: ({ watched }) =>
      watched.budgets.map(({ budget: { team, per, pulls } }) => ({ labels: { team, per }, value: pulls })),
  },
  {
    name: 'dockerhub_budget_spent_pulls',
    type: 'gauge',
    help: 'Pulls of a team in the period of its budget that contains the newest usage.',
    labels: ['team', 'per'],
    absent: NO_BUDGETS,
    samples: ({ watched }) => perBudget(watched, ({ spent }) => spent),
  },
  {
    name: 'dockerhub_budget_forecast_pulls',
    type: 'gauge',
    help: 'Pulls of a team that are likely in the whole period of its budget.',
    labels: ['team', 'per'],
    absent: `${NO_BUDGETS}, or with too little data`,
    samples: ({ watched }) => perBudget(watched, ({ forecast }) => forecast?.likely),
  },
  {
    name: 'dockerhub_cache_manifest_requests_total',
    type: 'counter',
    help: 'Requests for manifests that a pull-through cache has received.',
    labels: ['cache'],
    absent: NO_CACHES,
    samples: ({ watched }) => perCache(watched, ({ requests }) => requests),
  },
  {
    name: 'dockerhub_cache_manifest_misses_total',
    type: 'counter',
    help: 'Requests for manifests that a pull-through cache had to pass on; each costs a pull at most.',
    labels: ['cache'],
    absent: NO_CACHES,
    samples: ({ watched }) => perCache(watched, ({ misses }) => misses),
  },
  {
    name: 'dockerhub_cache_hit_ratio',
    type: 'gauge',
    help: 'The share of the requests for manifests that a pull-through cache answered itself, since its start.',
    labels: ['cache'],
    absent: `${NO_CACHES}, or without a request`,
    samples: ({ watched }) => perCache(watched, hitRatio),
  },
  {
    name: 'dockerhub_cache_missed_pulls',
    type: 'gauge',
    help: 'Pulls that the misses of a cache explain, in the last hour.',
    labels: ['cache', 'credential'],
    absent: `${NO_CACHES}, or with less than 10 minutes to compare`,
    samples: ({ watched }) => perCache(watched, ({ balance }) => balance?.missed, true),
  },
  {
    name: 'dockerhub_cache_lost_pulls',
    type: 'gauge',
    help: 'Pulls that the bucket of a cache lost in the same time as its misses.',
    labels: ['cache', 'credential'],
    absent: `${NO_CACHES}, or with less than 10 minutes to compare`,
    samples: ({ watched }) => perCache(watched, ({ balance }) => balance?.lost, true),
  },
];

function perBudget(
  { budgets }: WatchedSpending,
  read: (status: BudgetStatus) => number | undefined,
): readonly Sample[] {
  return budgets.flatMap(({ budget: { team, per }, status }) => {
    const value = status && read(status);
    return value === undefined ? [] : [{ labels: { team, per }, value }];
  });
}

function perCache(
  { caches }: WatchedSpending,
  read: (cache: CacheStatus) => number | undefined,
  withCredential = false,
): readonly Sample[] {
  return caches.flatMap((cache) => {
    const value = read(cache);
    const labels = withCredential
      ? { cache: cache.name, credential: cache.credential }
      : { cache: cache.name };
    return value === undefined ? [] : [{ labels, value }];
  });
}
