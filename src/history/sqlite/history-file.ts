import { existsSync } from 'node:fs';
import type { Clock } from '../../kit/clock.ts';
import type { Log } from '../../kit/log.ts';
import { setAside } from './database-files.ts';
import { checkOrigin, migrate } from './schema.ts';
import type { OpenMode, SqlDatabase } from './sql-database.ts';
import { HistoryFileError, sqlFaultOf } from './sql-fault.ts';
import { type CredentialTable, openCredentialTable } from './tables/credential-table.ts';
import {
  type AlertDocumentTable,
  type KeyValueTable,
  openAlertDocumentTable,
  openKeyValueTable,
} from './tables/document-tables.ts';
import { type EventTable, openEventTable } from './tables/event-table.ts';
import { type OutcomeTable, openOutcomeTable } from './tables/outcome-table.ts';
import { openRollupTable, type RollupTable } from './tables/rollup-table.ts';
import { openProbeTable, openSampleTable, type ProbeTable, type SampleTable } from './tables/sample-table.ts';

/** The tables that the past is read from. */
export interface PastTables {
  readonly outcomes: OutcomeTable;
  readonly samples: SampleTable;
  readonly probes: ProbeTable;
  readonly rollups: RollupTable;
  readonly events: EventTable;
}

/** An open history file. No other process can open it meanwhile. */
export interface HistoryFile extends PastTables {
  readonly credentials: CredentialTable;
  readonly alerts: AlertDocumentTable;
  readonly keyValues: KeyValueTable;
  /**
   * Does all of it or nothing. What is committed survives the death of the process.
   * @throws what `work` throws, or the database
   */
  transaction(work: () => void): void;
  /** The same; what is committed survives a loss of power too, for which it waits for the disk. */
  durableTransaction(work: () => void): void;
  /** Puts the log into the file, and lets go of it. Never throws. */
  close(): void;
  /** Lets go of it, and leaves everything as it is at its path. Never throws. */
  abandon(): void;
}

/**
 * Opens a history file, and makes it where there is none.
 * @param patienceMs how long to wait for another process that has it, in milliseconds; the event loop stands still
 * @throws HistoryFileError when another process has it, it is of a newer Headroom or of another program
 * @throws Error when it is damaged, or cannot be read
 */
function openHistoryFile(
  open: (path: string, mode: OpenMode) => SqlDatabase,
  path: string,
  patienceMs: number,
): HistoryFile {
  try {
    // Before anything is written, and without keeping others out: a file that is not ours stays as it is.
    withConnection(open(path, 'shared'), patienceMs, (database) => {
      checkOrigin(database, path);
      database.close();
    });
    return withConnection(open(path, 'alone'), patienceMs, prepareFile);
  } catch (error) {
    if (sqlFaultOf(error) !== 'busy') throw error;
    throw new HistoryFileError(
      `Another process uses the history file: ${path}. Stop it, or give each its own history.path`,
      { cause: error },
    );
  }
}

/** Does the first work with a connection; when it fails, the connection is closed. */
function withConnection<T>(database: SqlDatabase, patienceMs: number, work: (database: SqlDatabase) => T): T {
  try {
    database.exec(`PRAGMA busy_timeout = ${patienceMs}`);
    return work(database);
  } catch (error) {
    // What a migration has begun would keep the file locked, for this process too.
    rollBack(database);
    database.close();
    throw error;
  }
}

function prepareFile(database: SqlDatabase): HistoryFile {
  database.exec('PRAGMA journal_mode = WAL');
  // The log is flushed to the disk when it is put into the file: the death of the process costs nothing, the loss of
  // power perhaps the last seconds, never the file.
  database.exec('PRAGMA synchronous = NORMAL');
  migrate(database);
  const [credentials, tables] = [openCredentialTable(database), openPastTables(database)];

  function transaction(work: () => void): void {
    try {
      database.exec('BEGIN IMMEDIATE');
      work();
      database.exec('COMMIT');
    } catch (error) {
      rollBack(database);
      credentials.rollBack();
      tables.outcomes.rollBack();
      throw error;
    }
    credentials.commit();
    tables.outcomes.commit();
  }

  return {
    credentials,
    ...tables,
    alerts: openAlertDocumentTable(database),
    keyValues: openKeyValueTable(database),
    transaction,
    durableTransaction(work) {
      database.exec('PRAGMA synchronous = FULL');
      try {
        transaction(work);
      } finally {
        database.exec('PRAGMA synchronous = NORMAL');
      }
    },
    close: () => database.close(),
    abandon: () => database.abandon(),
  };
}

/** Opens the tables that the past is read from; a connection that can only read will do. */
export function openPastTables(database: SqlDatabase): PastTables {
  return {
    outcomes: openOutcomeTable(database),
    samples: openSampleTable(database),
    probes: openProbeTable(database),
    rollups: openRollupTable(database),
    events: openEventTable(database),
  };
}

function rollBack(database: SqlDatabase): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // SQLite has rolled back by itself, as it does when the disk is full, or has not begun.
  }
}

/** What it takes to open a history file. */
export interface OpenPorts {
  readonly path: string;
  readonly openDatabase: (path: string, mode: OpenMode) => SqlDatabase;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Opens the history file; a damaged one is set aside, and a new one begun.
 * @param patienceMs how long to wait for another process that has it, in milliseconds
 * @throws HistoryFileError when a person has to do something about it
 */
export function openOrReplaceDamaged(ports: OpenPorts, patienceMs: number): HistoryFile {
  try {
    return openHistoryFile(ports.openDatabase, ports.path, patienceMs);
  } catch (error) {
    if (sqlFaultOf(error) !== 'damaged') throw error;
    return replaceDamaged(ports, error);
  }
}

/** Sets the file aside and begins a new one. */
export function replaceDamaged({ path, openDatabase, clock, log }: OpenPorts, error: unknown): HistoryFile {
  const keptAs = existsSync(path) ? setAside(path, clock.now()) : undefined;
  log.error('The history file is damaged; it was set aside, and a new one begun', { path, keptAs, error });
  return openHistoryFile(openDatabase, path, 0);
}
