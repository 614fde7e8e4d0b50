import type { HistoryConfig } from './config/config.ts';
import type { AlertStore } from './domain/alerts/lifecycle/alert-store.ts';
import type { FleetSnapshot } from './domain/history/fleet.ts';
import { readSeriesText } from './domain/history/history-text.ts';
import type { Past } from './domain/history/past.ts';
import type { SpendingStore } from './domain/spending/spending-store.ts';
import type { UsageStore } from './domain/spending/usage-store.ts';
import type { History, KeyValueStore, PastSpending, RecentSamples } from './history/history.ts';
import { collectRecentProbes } from './history/memory-history.ts';
import { createPrometheusHistory } from './history/prometheus/prometheus-history.ts';
import { createBackup } from './history/sqlite/backup.ts';
import { createReaderThread } from './history/sqlite/reader-thread.ts';
import { createSqliteHistory } from './history/sqlite/sqlite-history.ts';
import { createStateFile } from './history/sqlite/state-file.ts';
import type { Clock, Timers } from './kit/clock.ts';
import type { Log } from './kit/log.ts';

/** The history in the configured backend, SQLite or Prometheus. */
export interface HistoryBackend extends Past {
  readonly history: History;
  /** The stored alert state, in a file with either backend. Usable between `open()` and `close()`. */
  readonly alertStore: AlertStore;
  /** Small values that outlast the process, whatever the backend; readable from `open` to `close`. */
  readonly keyValues: KeyValueStore;
  /** Pull attempts, in a file with either backend. Usable between `open()` and `close()`. */
  readonly spending: SpendingStore;
  /** Rows of usage reports, in a file with either backend. Usable between `open()` and `close()`. */
  readonly usage: UsageStore;
  /** Recent samples and past spending, which forecasts need after a start. */
  readonly forecastInputs: RecentSamples & PastSpending;
  /** Opens the file and connects to the backend. Retries later if that fails. Never throws. */
  open(): void;
  /** Returns why the file cannot be written, with advice, without a full stop. Undefined if it can be written. */
  problem(): string | undefined;
  /**
   * Writes a consistent copy of the history file, passes its path to `use`, and removes it. Rejects with BackupBusyError while another
   * copy exists, and with the error of the database.
   */
  backUp(use: (path: string) => Promise<void>): Promise<void>;
  /** Returns the other Headrooms that write to the same backend; undefined for SQLite. */
  fleet(): FleetSnapshot | undefined;
  close(): void | Promise<void>;
}

/** The dependencies of a history, whichever backend is configured: SQLite or Prometheus. */
export interface HistoryBackendPorts {
  readonly clock: Clock;
  readonly log: Log;
  /** The environment variables, with `NODE_EXTRA_CA_CERTS`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The script of the thread that reads the history file. Without it the file is read in the event loop. */
  readonly historyReader?: URL | undefined;
  /** Calls a function once after a delay in milliseconds. */
  readonly after: Timers['after'];
  /**
   * Calls a function at fixed intervals, in milliseconds.
   * @returns a function that ends the calls
   */
  readonly every: (intervalMs: number, tick: () => void) => () => void;
}

/** Creates the history of the configured backend. It does nothing before `open()`. */
export function createHistoryBackend(config: HistoryConfig, ports: HistoryBackendPorts): HistoryBackend {
  const { path, isDefaultPath, retentionMs } = config;
  if (config.prometheus) {
    const file = createStateFile({ path, makesFolder: isDefaultPath, retentionMs, ...ports });
    const past = createPrometheusHistory({ ...config.prometheus, keyValues: file.keyValues, ...ports });
    return {
      ...past,
      alertStore: file.alertStore,
      problem: () => file.problem(),
      backUp: createBackup(path, (target) => file.copyTo(target)),
      keyValues: file.keyValues,
      spending: file.spending,
      usage: file.usage,
      seriesText: (...request) => readSeriesText(past, ...request),
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
    spending: history.spending,
    usage: history.usage,
    forecastInputs: history,
    open: () => history.open(),
    problem: () => history.problem(),
    backUp: createBackup(path, (target) => history.copyTo(target)),
    series: (name, query) => history.series(name, query),
    bucketSeries: (source, query) => history.bucketSeries(source, query),
    seriesText: (...request) => history.seriesText(...request),
    changes: (name, span) => history.changes(name, span),
    recentProbes: (name) => history.recentProbes(name),
    fleet: () => undefined,
    async close() {
      await reader?.stop();
      history.close();
    },
  };
}
