import type { AlertStore } from '../../domain/alerts/lifecycle/alert-store.ts';
import type { KeyValueStore } from '../history.ts';
import { createAlertCache } from './alert-cache.ts';
import { createFileAlertStore, createFileKeyValueStore } from './file-stores.ts';
import { retentionFor } from './maintenance.ts';
import { openSqlDatabase } from './sql-database.ts';
import type { SqliteHistoryOptions } from './sqlite-history.ts';
import { createHistoryWriter, TICK_EVERY_MS } from './writer.ts';

/** A history file without results, for what must outlast the process where the results are kept elsewhere. */
export interface StateFile {
  /** It is there from `open` to `close`. */
  readonly alertStore: AlertStore;
  /** They are there from `open` to `close`. */
  readonly keyValues: KeyValueStore;
  /** Opens the file. One that cannot be opened is tried again; until then all is kept in memory. Never throws. */
  open(): void;
  /** Why nothing can be written now, and what to do: a sentence without full stop; undefined while writing works. */
  problem(): string | undefined;
  /** Lets go of the file. */
  close(): void;
}

/** Creates it; nothing is opened before `open`. */
export function createStateFile(options: SqliteHistoryOptions): StateFile {
  const { path, makesFolder, clock, log, every } = options;
  const book = createAlertCache();
  const keeper = createHistoryWriter({
    path,
    makesFolder,
    openDatabase: options.openDatabase ?? openSqlDatabase,
    retention: retentionFor(options.retentionMs),
    // Results of the time before are removed when they are too old, and their credentials with them.
    isConfigured: () => false,
    alerts: book,
    clock,
    log,
  });
  let stopTicking = (): void => undefined;
  return {
    alertStore: createFileAlertStore({ cache: book, writer: keeper, log }),
    keyValues: createFileKeyValueStore(keeper, log),
    open() {
      keeper.open();
      stopTicking = every(TICK_EVERY_MS, () => keeper.tick());
    },
    problem: () => keeper.problem(),
    close() {
      stopTicking();
      keeper.close();
    },
  };
}
