import type { AlertStore } from '../../domain/alerts/alert-store.ts';
import { createMemoryAlertStore } from '../memory-alert-store.ts';
import { createAlertBook } from './alert-book.ts';
import { prepareHistoryFolder } from './history-folder.ts';
import { createKeeper, TICK_EVERY_MS } from './keeper.ts';
import { keepingFor } from './keeping.ts';
import { createKeptAlerts } from './kept-alerts.ts';
import { openSqlDatabase } from './sql-database.ts';
import type { SqliteHistoryOptions } from './sqlite-history.ts';

/** A history file that holds nothing but alerts, as where the results are kept elsewhere. */
export interface AlertFile {
  /** It is there from `open` to `close`. */
  readonly alertStore: AlertStore;
  /**
   * Opens the file. One that nobody asked for need not be there: where it cannot be opened alerts are kept in memory, with a
   * warning.
   * @throws HistoryFileError when the file was asked for, and a person has to do something about it
   */
  open(): void;
  /** Lets go of the file. */
  close(): void;
}

/** What an alert file is given. */
export interface AlertFileOptions extends Omit<SqliteHistoryOptions, 'makesFolder'> {
  /** Whether the path is the default: then nobody asked for this file. */
  readonly isDefaultPath: boolean;
}

/** Creates it; nothing is opened before `open`. */
export function createAlertFile(options: AlertFileOptions): AlertFile {
  const { path, isDefaultPath, clock, log, every } = options;
  const book = createAlertBook();
  const keeper = createKeeper({
    path,
    openDatabase: options.openDatabase ?? openSqlDatabase,
    keeping: keepingFor(options.retentionMs),
    // Results of the time before are removed when they are too old, and their credentials with them.
    isConfigured: () => false,
    alerts: book,
    clock,
    log,
  });
  let store = createKeptAlerts({ book, keeper, log });
  let stopTicking = (): void => undefined;
  return {
    alertStore: {
      load: () => store.load(),
      commit: (changes) => store.commit(changes),
      events: (from, to, limit) => store.events(from, to, limit),
    },
    open() {
      try {
        prepareHistoryFolder(path, isDefaultPath);
        keeper.open();
        stopTicking = every(TICK_EVERY_MS, () => keeper.tick());
      } catch (error) {
        if (!isDefaultPath) throw error;
        store = createMemoryAlertStore();
        log.warn('Alerts are kept in memory only: after a restart, what fires is told again', {
          path,
          error,
        });
      }
    },
    close() {
      stopTicking();
      keeper.close();
    },
  };
}
