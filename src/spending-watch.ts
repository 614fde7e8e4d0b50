import type { Config } from './config/config.ts';
import { formatLabelMatchers } from './domain/history/label-matcher.ts';
import type { Past } from './domain/history/past.ts';
import { judgeBudget } from './domain/spending/budget.ts';
import type { CacheConfig } from './domain/spending/spending-config.ts';
import type { UsageStore } from './domain/spending/usage-store.ts';
import type { BudgetEntry, WatchedSpending } from './domain/spending/watched-spending.ts';
import { createQueryClient, type QueryClient } from './history/prometheus/query-client.ts';
import type { Clock } from './kit/clock.ts';
import { startDeadline } from './kit/deadline.ts';
import { createHttpClient, type HttpClient } from './kit/http/http-client.ts';
import { describeFault } from './kit/http/network-fault.ts';
import { readProxyRules } from './kit/http/proxy-rules.ts';
import type { Log } from './kit/log.ts';
import { CACHE_METRICS } from './spending/cache-counters.ts';
import { createCacheWatch } from './spending/cache-watch.ts';
import { createUsageReports, type UsageReportsPorts } from './spending/usage-reports.ts';

/** The dependencies of `createSpendingWatch()`. */
interface SpendingWatchPorts extends Pick<UsageReportsPorts, 'notes' | 'every'> {
  readonly past: Pick<Past, 'series'>;
  readonly store: UsageStore;
  /** The environment variables of the proxies. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Usage reports, budgets and caches. */
export interface SpendingWatch {
  /** Starts with a configuration, or changes to it. Call it after the history was opened. */
  apply(config: Pick<Config, 'spending' | 'history'>): void;
  /** Returns the state of budgets and caches. The same object until one changes. */
  facts(): WatchedSpending;
  /** Returns the pulls of each team by usage reports. The same map until a number changes. */
  usagePulls(): ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

/** The timeout of a request to a cache, in milliseconds. */
const TIMEOUT_MS = 10_000;
/** The largest answer of a cache, in bytes. */
const MAX_ANSWER_BYTES = 4_194_304;
/** The length of the cells in which losses are read, in milliseconds. */
const CELL_MS = 300_000;
const NEVER = new AbortController().signal;

/** Connects the module `spending/` to the history and the network. It starts with `apply()`. */
export function createSpendingWatch(ports: SpendingWatchPorts): SpendingWatch {
  const { past, store, notes, every, env, userAgent, clock, log } = ports;
  const client = createHttpClient({ proxyFor: readProxyRules(env), userAgent });
  let queries: QueryClient | undefined;
  const usage = createUsageReports({ store, notes, every, log });
  const caches = createCacheWatch({
    readMetrics: (cache) => readMetrics(cache, client, queries),
    lossOf: (credential, from, to) => readLoss(past, credential, from, to),
    clock,
    every,
    log,
  });
  let budgets: NonNullable<Config['spending']>['budgets'] = [];
  let made: { totals: unknown; status: unknown; budgets: unknown; facts: WatchedSpending } | undefined;

  function entryOf(budget: (typeof budgets)[number]): BudgetEntry {
    const known = usage.teams.known();
    return {
      budget,
      status: known && judgeBudget(budget, usage.teams.hoursOf(budget.team), known.from, known.to),
    };
  }

  return {
    apply({ spending, history }) {
      budgets = spending?.budgets ?? [];
      void queries?.close();
      queries = history.prometheus && createQueryClient({ ...history.prometheus, env });
      usage.apply(spending);
      caches.apply(spending?.caches ?? []);
    },
    facts() {
      const [totals, status] = [usage.teams.totals(), caches.status()];
      if (made?.totals !== totals || made.status !== status || made.budgets !== budgets) {
        const facts = { budgets: budgets.map(entryOf), caches: status };
        made = { totals, status, budgets, facts };
      }
      return made.facts;
    },
    usagePulls: () => usage.teams.totals(),
    async stop() {
      caches.stop();
      await Promise.all([usage.stop(), client.close(), queries?.close()]);
    },
  };
}

/** Returns the metrics of a cache, from its own URL or from the Prometheus backend. */
async function readMetrics(
  { metricsUrl, matchers }: CacheConfig,
  client: HttpClient,
  queries: QueryClient | undefined,
): Promise<string> {
  if (!metricsUrl) return queryMetrics(matchers ?? [], queries);
  const deadline = startDeadline(TIMEOUT_MS, NEVER);
  try {
    const request = { method: 'GET', url: metricsUrl, signal: deadline.signal } as const;
    const { status, body, isCut } = await client.send({ ...request, maxBodyBytes: MAX_ANSWER_BYTES });
    if (status !== 200) throw new StatusError(`${metricsUrl.host} answers ${status}`);
    if (isCut) throw new StatusError(`The answer of ${metricsUrl.host} is larger than 4 MiB`);
    return body;
  } catch (error) {
    throw error instanceof StatusError ? error : new Error(describeFault(error, metricsUrl.host));
  } finally {
    deadline.clear();
  }
}

class StatusError extends Error {}

async function queryMetrics(
  matchers: NonNullable<CacheConfig['matchers']>,
  queries: QueryClient | undefined,
): Promise<string> {
  if (!queries) return '';
  const selected = [`__name__=~"${CACHE_METRICS}"`, formatLabelMatchers(matchers)].filter(Boolean);
  const { series } = await queries.instant(`{${selected.join(',')}}`);
  return series.map(({ labels, values }) => formatSample(labels, values.at(-1)?.value ?? 0)).join('\n');
}

function formatSample(
  { __name__: name = '', ...labels }: Readonly<Record<string, string>>,
  value: number,
): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
  return `${name}{${pairs.join(',')}} ${value}`;
}

/** Returns the pulls that a credential's bucket lost in a range; undefined if none of it was observed. */
async function readLoss(
  past: SpendingWatchPorts['past'],
  credential: string,
  from: number,
  to: number,
): Promise<number | undefined> {
  const series = await past.series(credential, { from, to, step: CELL_MS });
  const cells = (series?.points ?? []).flatMap(({ spent }) => spent ?? []);
  return cells.length === 0 ? undefined : cells.reduce((sum, spent) => sum + spent, 0);
}
