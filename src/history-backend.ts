import type { HistoryConfig } from './config/config.ts';
import type { AlertStore } from './domain/alerts/lifecycle/alert-store.ts';
import type { FleetSnapshot } from './domain/history/fleet.ts';
import type {
  HistoryChange,
  HistoryQuery,
  HistorySeries,
  HistorySpan,
  RecentProbes,
} from './domain/history/query.ts';
import type { History, KeyValueStore, PastSpending, RecentSamples } from './history/history.ts';
import { collectRecentProbes } from './history/memory-history.ts';
import { createPrometheusHistory } from './history/prometheus/prometheus-history.ts';
import { createReaderThread } from './history/sqlite/reader-thread.ts';
import { type Awaitable, createSqliteHistory } from './history/sqlite/sqlite-history.ts';
import { createStateFile } from './history/sqlite/state-file.ts';
import type { Clock, Timers } from './kit/clock.ts';
import type { Log } from './kit/log.ts';

/** The history by the backend that is configured. */
export interface HistoryBackend {
  readonly history: History;
  /** What alerting must not forget, whatever the backend; it is there from `open` to `close`. */
  readonly alertStore: AlertStore;
  /** Small values that outlast the process, whatever the backend; readable from `open` to `close`. */
  readonly keyValues: KeyValueStore;
  /** What forecasts begin with after a start, and learn weeks from. */
  readonly forecastInputs: RecentSamples & PastSpending;
  /** Opens the file and asks the backend; what cannot be opened is tried again. Never throws. */
  open(): void;
  /** Why the file cannot be written now, and what to do: a sentence without full stop; undefined while it can. */
  problem(): string | undefined;
  /**
   * The past of a configured credential; undefined when there is no such credential.
   * @throws HistoryQueryError or HistoryUnavailableError
   */
  series(name: string, query: HistoryQuery): HistorySeries | undefined | Promise<HistorySeries | undefined>;
  /** The past of the bucket of a source; undefined when no credential reported it last. Throws as `series` does. */
  bucketSeries: HistoryBackend['series'];
  /** Changes of limit, window and source; undefined where none are kept, or there is no such credential. */
  changes(name: string, span: HistorySpan): Awaitable<readonly HistoryChange[] | undefined>;
  /** The newest probes; undefined when there is no such credential. */
  recentProbes(name: string): Awaitable<RecentProbes | undefined>;
  /** What is known of the other Headrooms; undefined where the backend knows of none. */
  fleet(): FleetSnapshot | undefined;
  close(): void | Promise<void>;
}

/** What either backend is given. */
export interface HistoryBackendPorts {
  readonly clock: Clock;
  readonly log: Log;
  /** Where NODE_EXTRA_CA_CERTS is looked up. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The program of the thread that reads the history file; without it the file is read in the event loop. */
  readonly historyReader?: URL | undefined;
  readonly after: Timers['after'];
  readonly every: (intervalMs: number, tick: () => void) => () => void;
}

/** Creates the history; nothing is opened or asked before `open`. */
export function createHistoryBackend(config: HistoryConfig, ports: HistoryBackendPorts): HistoryBackend {
  const { path, isDefaultPath, retentionMs } = config;
  if (config.prometheus) {
    const file = createStateFile({ path, makesFolder: isDefaultPath, retentionMs, ...ports });
    const past = createPrometheusHistory({ ...config.prometheus, keyValues: file.keyValues, ...ports });
    return {
      ...past,
      alertStore: file.alertStore,
      problem: () => file.problem(),
      keyValues: file.keyValues,
      changes: () => undefined,
      recentProbes: collectRecentProbes(past.history),
      open() {
        file.open();
        past.open();
      },
      async close() {
        await past.close();
        file.close();
      },
    };
  }
  const { historyReader: program, after } = ports;
  const reader = program && createReaderThread({ path, program, after });
  const history = createSqliteHistory({ path, makesFolder: isDefaultPath, retentionMs, reader, ...ports });
  return {
    history,
    alertStore: history.alertStore,
    keyValues: history.keyValues,
    forecastInputs: history,
    open: () => history.open(),
    problem: () => history.problem(),
    series: (name, query) => history.series(name, query),
    bucketSeries: (source, query) => history.bucketSeries(source, query),
    changes: (name, span) => history.changes(name, span),
    recentProbes: (name) => history.recentProbes(name),
    fleet: () => undefined,
    async close() {
      await reader?.stop();
      history.close();
    },
  };
}
