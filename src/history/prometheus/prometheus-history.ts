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

/** What a history in Prometheus is given. */
export interface PrometheusHistoryOptions extends QueryEndpoint {
  /** Which series belong to the fleet. */
  readonly matchers: readonly LabelMatcher[];
  /** Remember over a restart which series are the own ones. */
  readonly keyValues: KeyValueStore;
  readonly clock: Clock;
  readonly log: Log;
  /**
   * Calls again and again.
   * @returns ends it
   */
  readonly every: (intervalMs: number, tick: () => void) => () => void;
  /** What a query may cost. */
  readonly limits?: QueryLimits;
}

/** The newest results in memory; the past, and every other Headroom, as Prometheus has scraped them. */
export interface PrometheusHistory {
  readonly history: History;
  /** What forecasts need of the past. Its answers wait until Prometheus can be asked for it. */
  readonly forecastInputs: RecentSamples & PastSpending;
  /** Begins to watch the fleet. Does not wait for an answer, so that Prometheus may start later. */
  open(): void;
  /**
   * The past of a configured credential.
   * @returns undefined when there is no such credential
   * @throws HistoryQueryError when it cannot be answered as it is asked
   * @throws HistoryUnavailableError when Prometheus does not answer
   */
  series(name: string, query: HistoryQuery): Promise<HistorySeries | undefined>;
  /**
   * The past of the bucket of a source, as told by the credential that reported it last: at the distance of scrapes they
   * all say the same. Undefined when none did; throws as `series` does.
   */
  bucketSeries(source: string, query: HistoryQuery): Promise<HistorySeries | undefined>;
  /** What is known of the other Headrooms. Never waits. */
  fleet(): FleetSnapshot;
  close(): Promise<void>;
}

/** How often the fleet is asked for, in milliseconds (5 s): as often as an open page looks for news. */
const REFRESH_MS = 5_000;

/** Creates the history; nothing is asked before `open`. */
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
