import type { Config } from './config/config.ts';
import type { Past } from './domain/history/past.ts';
import { createOwners } from './domain/spending/owners.ts';
import type { SpendingService } from './domain/spending/spending-service.ts';
import type { SpendingStore } from './domain/spending/spending-store.ts';
import type { History } from './history/history.ts';
import { compileNetworks } from './kit/network-address.ts';
import { bucketsOf, createReport } from './spending/report-service.ts';

/** The dependencies of `createSpending()`. */
interface SpendingPorts {
  readonly history: Pick<History, 'states'>;
  readonly past: Pick<Past, 'series' | 'bucketSeries'>;
  readonly store: SpendingStore;
}

/** Everything that determines who spends the pulls. */
export interface Spending {
  readonly service: SpendingService;
  /** Starts with a configuration, or changes to it. */
  apply(config: Pick<Config, 'spending'>): void;
}

/** Connects the module `spending/` to the history. It starts with `apply()`. */
export function createSpending({ history, past, store }: SpendingPorts): Spending {
  let config: Config['spending'];
  let teamOf = createOwners([], compileNetworks);
  return {
    service: {
      isOn: () => config !== undefined,
      buckets: () => bucketsOf(history.states()),
      report: (query) =>
        createReport(query, { store, past, states: () => history.states(), owners: () => teamOf }),
      waiting: () => [],
      clusters: () => [],
    },
    apply(next) {
      config = next.spending;
      teamOf = createOwners(config?.owners ?? [], compileNetworks);
    },
  };
}
