import type { CredentialState } from '../../domain/credential-state.ts';
import type { FleetSnapshot } from '../../domain/history/fleet.ts';
import type { LabelMatcher } from '../../domain/history/label-matcher.ts';
import type { HistoryQuery, HistorySeries } from '../../domain/history/query.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Log } from '../../kit/log.ts';
import type { History, KeyValueStore, PastSpending, RecentSamples } from '../history.ts';
import { createMemoryHistory } from '../memory-history.ts';
import { createFleetWatch } from './fleet-watch.ts';
import { FLEET_FAMILIES } from './map-fleet.ts';
import { createOwnLabels, createOwnPolls } from './own-instance.ts';
import { selectorOf } from './own-series.ts';
import type { QueryLimits } from './query-client.ts';
import { createQueryClient, type QueryEndpoint } from './query-client.ts';
import { readPast } from './read-past.ts';
import { createStoredPast } from './stored-past.ts';

/** The options of a history in Prometheus. */
export interface PrometheusHistoryOptions extends QueryEndpoint {
  /** Selects the series of the fleet. */
  readonly matchers: readonly LabelMatcher[];
  /** Stores the labels of the own series over restarts. */
  readonly keyValues: KeyValueStore;
  readonly clock: Clock;
  readonly log: Log;
  /**
   * Calls a function at an interval.
   * @returns a function that stops it
   */
  readonly every: (intervalMs: number, tick: () => void) => () => void;
  /** The limits of a query. Default: `QUERY_LIMITS`. */
  readonly limits?: QueryLimits;
}

/** A history with the newest results in memory, and with the past and the other instances read from Prometheus. */
export interface PrometheusHistory {
  readonly history: History;
  /** Samples and spending for forecasts. The promises wait until Prometheus can be read. */
  readonly forecastInputs: RecentSamples & PastSpending;
  /** Starts to query the fleet. Does not wait for a response, so that Prometheus may start later. */
  open(): void;
  /**
   * Returns the history of a configured credential; undefined if there is no such credential.
   * @throws HistoryQueryError if the query is invalid
   * @throws HistoryUnavailableError if Prometheus cannot be read
   */
  series(name: string, query: HistoryQuery): Promise<HistorySeries | undefined>;
  /**
   * Returns the history of the bucket of a source, read from the credential that reported the source last; undefined if
   * there is none. Throws like `series()`.
   */
  bucketSeries(source: string, query: HistoryQuery): Promise<HistorySeries | undefined>;
  /** Returns the state of the other instances. Never waits. */
  fleet(): FleetSnapshot;
  close(): Promise<void>;
}

/** The interval of fleet queries in milliseconds: 5 s, as often as an open page refreshes. */
const REFRESH_MS = 5_000;

/** Creates a history that reads earlier results by queries to a Prometheus server. No query is sent before `open()`. */
export function createPrometheusHistory(options: PrometheusHistoryOptions): PrometheusHistory {
  const { clock, log, every, matchers, keyValues: notes } = options;
  const history = createMemoryHistory({ clock, log });
  const client = createQueryClient(options, options.limits);
  const ownPolls = createOwnPolls();
  history.subscribe((result) => ownPolls.record(result));
  const ownLabels = createOwnLabels(notes);
  const ask = () => client.instant(selectorOf(FLEET_FAMILIES, matchers));
  const watch = createFleetWatch({ query: ask, ownPolls, ownLabels, clock, log });
  const own = { client, ownLabels, matchers, trouble: () => watch.view().problem };
  let stopTicking: (() => void) | undefined;
  return {
    history,
    forecastInputs: createStoredPast({ ...own, whenReadable: () => watch.whenReadable(), clock }),
    open() {
      ownLabels.restore();
      void watch.refresh();
      stopTicking = every(REFRESH_MS, () => void watch.refresh());
    },
    async series(name, query) {
      const state = history.state(name);
      return state && readPast(own, state, query);
    },
    async bucketSeries(source, query) {
      const teller = newestOfSource(history.states(), source);
      if (teller === undefined) return undefined;
      return { ...(await readPast(own, teller, query)), name: source };
    },
    fleet: () => watch.view(),
    async close() {
      stopTicking?.();
      await client.close();
    },
  };
}

function newestOfSource(states: readonly CredentialState[], source: string): CredentialState | undefined {
  let newest: CredentialState | undefined;
  for (const state of states) {
    if (state.known?.outcome.source?.value !== source) continue;
    if (newest?.known === undefined || state.known.at > newest.known.at) newest = state;
  }
  return newest;
}
