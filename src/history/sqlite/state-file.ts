import type { AlertStore } from '../../domain/alerts/alert-store.ts';
import { createMemoryAlertStore } from '../memory-alert-store.ts';
import { createMemoryNotes, type Notes } from '../notes.ts';
import { createAlertBook } from './alert-book.ts';
import { prepareHistoryFolder } from './history-folder.ts';
import { createKeeper, TICK_EVERY_MS } from './keeper.ts';
import { keepingFor } from './keeping.ts';
import { createKeptAlerts } from './kept-alerts.ts';
import { openSqlDatabase } from './sql-database.ts';
import type { SqliteHistoryOptions } from './sqlite-history.ts';

/** A history file without results, for what must outlast the process where the results are kept elsewhere. */
export interface StateFile {
  /** It is there from `open` to `close`. */
  readonly alertStore: AlertStore;
  /** They are there from `open` to `close`. */
  readonly notes: Notes;
  /**
   * Opens the file. One that nobody asked for need not be there: where it cannot be opened all is kept in memory, with a
   * warning.
   * @throws HistoryFileError when the file was asked for, and a person has to do something about it
   */
  open(): void;
  /** Lets go of the file. */
  close(): void;
}

/** What such a file is given. */
export interface StateFileOptions extends Omit<SqliteHistoryOptions, 'makesFolder'> {
  /** Whether the path is the default: then nobody asked for this file. */
  readonly isDefaultPath: boolean;
}

/** Creates it; nothing is opened before `open`. */
export function createStateFile(options: StateFileOptions): StateFile {
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
  let notes: Notes = {
    read(key) {
      const text = keeper.read((file) => file.notes.read(key));
      try {
        return text === undefined ? undefined : JSON.parse(text);
      } catch (error) {
        log.warn('A note in the history file cannot be read, and is left out', { note: key, error });
        return undefined;
      }
    },
    write: (key, value) => keeper.attempt((file) => file.notes.write(key, JSON.stringify(value))),
  };
  let stopTicking = (): void => undefined;
  return {
    alertStore: {
      load: () => store.load(),
      commit: (changes) => store.commit(changes),
      events: (from, to, limit) => store.events(from, to, limit),
    },
    notes: { read: (key) => notes.read(key), write: (key, value) => notes.write(key, value) },
    open() {
      try {
        prepareHistoryFolder(path, isDefaultPath);
        keeper.open();
        stopTicking = every(TICK_EVERY_MS, () => keeper.tick());
      } catch (error) {
        if (!isDefaultPath) throw error;
        [store, notes] = [createMemoryAlertStore(), createMemoryNotes()];
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
