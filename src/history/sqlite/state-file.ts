import type { AlertStore } from '../../domain/alerts/lifecycle/alert-store.ts';
import type { SpendingStore } from '../../domain/spending/spending-store.ts';
import type { UsageStore } from '../../domain/spending/usage-store.ts';
import type { KeyValueStore } from '../history.ts';
import { createAlertCache } from './alert-cache.ts';
import { createFileSpendingStore } from './file-spending-store.ts';
import { createFileAlertStore, createFileKeyValueStore } from './file-stores.ts';
import { createFileUsageStore } from './file-usage-store.ts';
import { retentionFor } from './maintenance.ts';
import { openSqlDatabase } from './sql-database.ts';
import type { SqliteHistoryOptions } from './sqlite-history.ts';
import { createHistoryWriter, TICK_EVERY_MS } from './writer.ts';

/** A history file without results: stores alerts and small values if the results are stored in Prometheus. */
export interface StateFile {
  /** The alert store; usable from `open()` to `close()`. */
  readonly alertStore: AlertStore;
  /** The key-value store; usable from `open()` to `close()`. */
  readonly keyValues: KeyValueStore;
  /** The store of pull attempts; usable from `open()` to `close()`. */
  readonly spending: SpendingStore;
  /** The store of usage reports; usable from `open()` to `close()`. */
  readonly usage: UsageStore;
  /** Opens the file; retries later if that fails, and keeps data in memory until then. Never throws. */
  open(): void;
  /** Returns why nothing can be written now, and what to do: a sentence without a full stop; undefined while writing works. */
  problem(): string | undefined;
  /** Writes a copy of the whole file to a path, where no file exists. Throws the error of the database. */
  copyTo(target: string): void;
  /** Writes pending data and closes the file. */
  close(): void;
}

/** Creates a state file; no file is opened before `open()`. */
export function createStateFile(options: SqliteHistoryOptions): StateFile {
  const { path, makesFolder, clock, log, every } = options;
  const cache = createAlertCache();
  const writer = createHistoryWriter({
    path,
    makesFolder,
    openDatabase: options.openDatabase ?? openSqlDatabase,
    retention: retentionFor(options.retentionMs),
    // The file may hold results from before the backend was changed: retention removes them and their credentials.
    isConfigured: () => false,
    alerts: cache,
    clock,
    log,
  });
  let stopTicking = (): void => undefined;
  return {
    alertStore: createFileAlertStore({ cache, writer, log }),
    keyValues: createFileKeyValueStore(writer, log),
    spending: createFileSpendingStore({ writer, log }),
    usage: createFileUsageStore({ writer, retentionMs: options.retentionMs, clock }),
    open() {
      writer.open();
      stopTicking = every(TICK_EVERY_MS, () => writer.tick());
    },
    problem: () => writer.problem(),
    copyTo: (target) => writer.read((file) => file.copyTo(target)),
    close() {
      stopTicking();
      writer.close();
    },
  };
}
