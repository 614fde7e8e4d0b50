import type { Config } from './config/config.ts';
import type { Alert } from './domain/alerts/alert.ts';
import type { Past } from './domain/history/past.ts';
import { judgeBudget } from './domain/spending/budget.ts';
import { type LargestSpenders, largestSpenders } from './domain/spending/largest-spenders.ts';
import { createOwners } from './domain/spending/owners.ts';
import { NO_SPENDING, type SpendingFacts } from './domain/spending/spending-facts.ts';
import type { SpendingService } from './domain/spending/spending-service.ts';
import type { SpendingStore } from './domain/spending/spending-store.ts';
import type { UsageStore } from './domain/spending/usage-store.ts';
import type { BudgetEntry, WatchedSpending } from './domain/spending/watched-spending.ts';
import type { History, KeyValueStore } from './history/history.ts';
import { createQueryClient, type QueryClient } from './history/prometheus/query-client.ts';
import { createHttpClient } from './kit/http/http-client.ts';
import { readProxyRules } from './kit/http/proxy-rules.ts';
import { compileNetworks } from './kit/network-address.ts';
import { createAttemptCounters } from './spending/attempt-counters.ts';
import { readCacheMetrics } from './spending/cache-metrics.ts';
import { createCacheWatch } from './spending/cache-watch.ts';
import { type ClustersPorts, createClusters } from './spending/clusters.ts';
import { bucketsOf, createReport, readCredentialLoss } from './spending/report-service.ts';
import { readExplainedRatios, spendingFacts, USUAL_WINDOW_SECONDS } from './spending/spending-metrics.ts';
import { createUsageReports } from './spending/usage-reports.ts';

/** The dependencies of `createSpending()`. */
interface SpendingPorts extends Omit<ClustersPorts, 'onAttempts' | 'store'> {
  readonly history: Pick<History, 'states'>;
  readonly past: Pick<Past, 'series' | 'bucketSeries'> & {
    readonly spending: SpendingStore;
    readonly usage: UsageStore;
    readonly keyValues: KeyValueStore;
  };
  /** Calls a function at fixed intervals, in milliseconds. Returns a function that ends the calls. */
  readonly every: (intervalMs: number, tick: () => void) => () => void;
}

/** Everything that determines who spends the pulls. */
export interface Spending {
  /** For pages, the API and messages. */
  readonly service: SpendingService;
  /** Returns the values of the metrics of clusters; the same object while nothing is configured. */
  facts(): SpendingFacts;
  /** Returns the budgets, caches and refused pods, for metrics and alerts. The same object until a budget or cache changes. */
  watched(): WatchedSpending;
  /** Returns who spent the pulls of the window of an alert; undefined without clusters. */
  spendersOf(alert: Alert): Promise<LargestSpenders | undefined>;
  /** Returns the pulls of each team by usage reports. The same map until a number changes. */
  usagePulls(): ReadonlyMap<string, number>;
  /** Starts with a configuration, or changes to it. Call it after the history was opened. */
  apply(config: Pick<Config, 'spending' | 'credentials' | 'history'>): void;
  /** Ends all requests. */
  stop(): Promise<void>;
}

/** How often the explained share is computed, in milliseconds: every minute. */
const RATIO_EVERY_MS = 60_000;
/** The time whose namespaces get series first, in milliseconds: a day. */
const RANKED_MS = 86_400_000;

/** Connects the module `spending/` to the history and the network. It starts with `apply()`. */
export function createSpending(ports: SpendingPorts): Spending {
  return new ConnectedSpending(ports);
}

class ConnectedSpending implements Spending {
  readonly service: SpendingService;
  readonly #ports: SpendingPorts;
  readonly #counters = createAttemptCounters();
  readonly #clusters;
  readonly #usage;
  readonly #caches;
  /** Requests the metrics of caches. */
  readonly #client;
  #queries: QueryClient | undefined;
  #config: Config['spending'];
  #teamOf = createOwners([], compileNetworks);
  #explained: SpendingFacts['explained'] = new Map();
  #stopTicking: (() => void) | undefined;
  #watched: { readonly madeOf: readonly unknown[]; readonly made: WatchedSpending } | undefined;

  constructor(ports: SpendingPorts) {
    this.#ports = ports;
    const { history, past, env, userAgent } = ports;
    this.#client = createHttpClient({ proxyFor: readProxyRules(env), userAgent });
    this.#clusters = createClusters({
      ...ports,
      store: past.spending,
      onAttempts: (attempts) => this.#counters.add(attempts),
    });
    this.#usage = createUsageReports({ ...ports, store: past.usage, notes: past.keyValues });
    this.#caches = createCacheWatch({
      ...ports,
      readMetrics: (cache) =>
        readCacheMetrics(cache, { client: this.#client, query: this.#queries?.instant }),
      lossOf: (credential, from, to) => readCredentialLoss(past, credential, from, to),
    });
    const states = () => history.states();
    this.service = {
      isOn: () => this.#config !== undefined,
      buckets: () => bucketsOf(states()),
      report: (query) =>
        createReport(query, { store: past.spending, past, states, owners: () => this.#teamOf }),
      usage: (query) => this.#usage.report(query),
      waiting: () => this.#clusters.waiting(),
      clusters: () => this.#clusters.status(),
    };
  }

  facts(): SpendingFacts {
    if (!this.#hasClusters()) return NO_SPENDING;
    return spendingFacts(this.#counters, this.#clusters.waiting(), this.#explained);
  }

  watched(): WatchedSpending {
    const { budgets = [] } = this.#config ?? {};
    const caches = this.#caches.status();
    const madeOf = [this.#config, caches, this.#usage.teams.totals()];
    if (!this.#watched?.madeOf.every((value, i) => value === madeOf[i])) {
      const entries = budgets.map((budget) => this.#judge(budget));
      const made = { budgets: entries, caches, refusals: () => this.#refusals() };
      this.#watched = { madeOf, made };
    }
    return this.#watched.made;
  }

  async spendersOf({ subject, credentials, facts }: Alert): Promise<LargestSpenders | undefined> {
    if (!this.#hasClusters()) return undefined;
    const bucket = subject.source?.value ?? credentials[0] ?? '';
    const to = this.#ports.clock.now();
    const from = to - (facts.windowSeconds ?? USUAL_WINDOW_SECONDS) * 1_000;
    const report = await this.service.report({ bucket, from, to, by: ['team', 'workload'] });
    const unread = this.#clusters.status().filter(({ isWatching }) => !isWatching);
    const names = unread.map(({ name }) => name);
    return report && largestSpenders(report, names);
  }

  usagePulls(): ReadonlyMap<string, number> {
    return this.#usage.teams.totals();
  }

  apply({ spending, credentials, history }: Parameters<Spending['apply']>[0]): void {
    const { past, clock, env, every } = this.#ports;
    const { kubernetes = [], owners = [], caches = [] } = spending ?? {};
    this.#config = spending;
    this.#teamOf = createOwners(owners, compileNetworks);
    void this.#queries?.close();
    this.#queries = history.prometheus && createQueryClient({ ...history.prometheus, env });
    this.#usage.apply(spending);
    this.#caches.apply(caches);
    for (const { name } of kubernetes) {
      this.#counters.rank(past.spending.recent(name, clock.now() - RANKED_MS));
    }
    this.#clusters.apply({ kubernetes, owners, credentials });
    this.#stopTicking ??= every(RATIO_EVERY_MS, () => void this.#updateRatios());
  }

  async stop(): Promise<void> {
    this.#stopTicking?.();
    this.#caches.stop();
    await Promise.all([
      this.#clusters.stop(),
      this.#usage.stop(),
      this.#client.close(),
      this.#queries?.close(),
    ]);
  }

  #hasClusters(): boolean {
    return (this.#config?.kubernetes.length ?? 0) > 0;
  }

  #refusals(): ReturnType<NonNullable<WatchedSpending['refusals']>> {
    if (!this.#hasClusters()) return undefined;
    return { waiting: this.#clusters.waiting(), clusters: this.#clusters.status() };
  }

  #judge(budget: BudgetEntry['budget']): BudgetEntry {
    const { teams } = this.#usage;
    const known = teams.known();
    return {
      budget,
      status: known && judgeBudget(budget, teams.hoursOf(budget.team), known.from, known.to),
    };
  }

  async #updateRatios(): Promise<void> {
    if (!this.#hasClusters()) return;
    const { history, clock } = this.#ports;
    this.#explained = await readExplainedRatios(this.service, history.states(), clock.now());
  }
}
