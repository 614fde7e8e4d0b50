import type { Config } from './config/config.ts';
import type { Past } from './domain/history/past.ts';
import { createOwners } from './domain/spending/owners.ts';
import { NO_SPENDING, type SpendingFacts } from './domain/spending/spending-facts.ts';
import type { SpendingService } from './domain/spending/spending-service.ts';
import type { SpendingStore } from './domain/spending/spending-store.ts';
import type { PodRefusals } from './domain/spending/watched-spending.ts';
import type { History } from './history/history.ts';
import { compileNetworks } from './kit/network-address.ts';
import { createAttemptCounters } from './spending/attempt-counters.ts';
import { type ClustersPorts, createClusters } from './spending/clusters.ts';
import { bucketsOf, createReport } from './spending/report-service.ts';
import { readExplainedRatios, spendingFacts } from './spending/spending-metrics.ts';

/** The dependencies of `createSpending()`. */
interface SpendingPorts extends Omit<ClustersPorts, 'onAttempts'> {
  readonly history: Pick<History, 'states'>;
  readonly past: Pick<Past, 'series' | 'bucketSeries'>;
  readonly store: SpendingStore;
}

/** Everything that determines who spends the pulls. */
export interface Spending {
  readonly service: SpendingService;
  /** Returns the values of the metrics; the same object while nothing is configured. */
  facts(): SpendingFacts;
  /** Returns the refused pods, for alerts; undefined without clusters. */
  refusals(): PodRefusals | undefined;
  /** Starts with a configuration, or changes to it. Call it after the history was opened. */
  apply(config: Pick<Config, 'spending' | 'credentials'>): void;
  /** Ends all requests. */
  stop(): Promise<void>;
}

/** How often the explained share is computed, in milliseconds: every minute. */
const RATIO_EVERY_MS = 60_000;
/** The time whose namespaces get series first, in milliseconds: a day. */
const RANKED_MS = 86_400_000;

/** Connects the module `spending/` to the history. It starts with `apply()`. */
export function createSpending(ports: SpendingPorts): Spending {
  const { history, past, store, clock } = ports;
  let config: Config['spending'];
  let teamOf = createOwners([], compileNetworks);
  const counters = createAttemptCounters();
  const clusters = createClusters({ ...ports, onAttempts: (attempts) => counters.add(attempts) });
  const service: SpendingService = {
    isOn: () => config !== undefined,
    buckets: () => bucketsOf(history.states()),
    report: (query) =>
      createReport(query, { store, past, states: () => history.states(), owners: () => teamOf }),
    waiting: () => clusters.waiting(),
    clusters: () => clusters.status(),
  };
  let explained: SpendingFacts['explained'] = new Map();
  let cancelRatios: (() => void) | undefined;

  async function updateRatios(): Promise<void> {
    if (config?.kubernetes.length)
      explained = await readExplainedRatios(service, history.states(), clock.now());
  }

  function updateRatiosLater(): void {
    cancelRatios = ports.timers.after(RATIO_EVERY_MS, () => {
      void updateRatios();
      updateRatiosLater();
    });
  }

  return {
    service,
    facts: () =>
      config?.kubernetes.length ? spendingFacts(counters, clusters.waiting(), explained) : NO_SPENDING,
    refusals: () =>
      config?.kubernetes.length ? { waiting: clusters.waiting(), clusters: clusters.status() } : undefined,
    apply(next) {
      config = next.spending;
      teamOf = createOwners(config?.owners ?? [], compileNetworks);
      const { kubernetes = [], owners = [] } = config ?? {};
      for (const { name } of kubernetes) counters.rank(store.recent(name, clock.now() - RANKED_MS));
      clusters.apply({ kubernetes, owners, credentials: next.credentials });
      if (!cancelRatios) updateRatiosLater();
    },
    stop() {
      cancelRatios?.();
      return clusters.stop();
    },
  };
}
