import { existsSync } from 'node:fs';
import type { Clock } from '../../kit/clock.ts';
import type { Log } from '../../kit/log.ts';
import { copyDatabase } from './backup.ts';
import { setAside } from './database-files.ts';
import { checkOrigin, migrate } from './schema.ts';
import type { OpenMode, SqlDatabase } from './sql-database.ts';
import { HistoryFileError, sqlFaultOf } from './sql-fault.ts';
import { type AttemptTable, openAttemptTable } from './tables/attempt-table.ts';
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
import { openUsageTable, type UsageTable } from './tables/usage-table.ts';

/** The tables from which the past is read. */
export interface PastTables {
  readonly outcomes: OutcomeTable;
  readonly samples: SampleTable;
  readonly probes: ProbeTable;
  readonly rollups: RollupTable;
  readonly events: EventTable;
  readonly attempts: AttemptTable;
  readonly usage: UsageTable;
  /** Writes a copy of the whole file, `copyDatabase()`. */
  copyTo(target: string): void;
}

/** An open history file, which other processes cannot open. */
export interface HistoryFile extends PastTables {
  readonly credentials: CredentialTable;
  readonly alerts: AlertDocumentTable;
  readonly keyValues: KeyValueTable;
  /**
   * Performs work in a transaction, which survives a crash of the process once it is committed.
   * @throws errors of `work` or the database, after a rollback
   */
  transaction(work: () => void): void;
  /** Performs work in a transaction that also survives a loss of power; waits for the disk. */
  durableTransaction(work: () => void): void;
  /** Writes the write-ahead log to the file and closes it. Never throws. */
  close(): void;
  /** Closes the file without changing the files at its path. Never throws. */
  abandon(): void;
}

/**
 * Opens a history file; creates it if it does not exist.
 * @param patienceMs how long to wait for the lock of another process, in milliseconds; blocks the event loop
 * @throws HistoryFileError if another process has locked it, or a newer Headroom or another program has written it
 * @throws Error if it is damaged, or cannot be read
 */
function openHistoryFile(
  open: (path: string, mode: OpenMode) => SqlDatabase,
  path: string,
  patienceMs: number,
): HistoryFile {
  try {
    // Before any write and without a lock: the file of another program must not change.
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

/** Runs the first statements of a connection; closes it on an error. */
function withConnection<T>(database: SqlDatabase, patienceMs: number, work: (database: SqlDatabase) => T): T {
  try {
    database.exec(`PRAGMA busy_timeout = ${patienceMs}`);
    return work(database);
  } catch (error) {
    // An open transaction would keep the file locked, for this process too.
    rollBack(database);
    database.close();
    throw error;
  }
}

function prepareFile(database: SqlDatabase): HistoryFile {
  database.exec('PRAGMA journal_mode = WAL');
  // The log is flushed to the disk only at a checkpoint: a loss of power may cost the last seconds, a crash nothing.
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
      tables.usage.rollBack();
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

/** Opens the tables from which the past is read; a read-only connection suffices. */
export function openPastTables(database: SqlDatabase): PastTables {
  return {
    outcomes: openOutcomeTable(database),
    samples: openSampleTable(database),
    probes: openProbeTable(database),
    rollups: openRollupTable(database),
    events: openEventTable(database),
    attempts: openAttemptTable(database),
    usage: openUsageTable(database),
    copyTo: (target) => copyDatabase(database, target),
  };
}

function rollBack(database: SqlDatabase): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // SQLite has already rolled back, as it does when the disk is full, or no transaction is open.
  }
}

/** The dependencies of opening a history file. */
export interface OpenPorts {
  readonly path: string;
  readonly openDatabase: (path: string, mode: OpenMode) => SqlDatabase;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Opens the history file; renames a damaged one and creates a new one.
 * @param patienceMs how long to wait for the lock of another process, in milliseconds
 * @throws HistoryFileError if the operator has to act
 */
export function openOrReplaceDamaged(ports: OpenPorts, patienceMs: number): HistoryFile {
  try {
    return openHistoryFile(ports.openDatabase, ports.path, patienceMs);
  } catch (error) {
    if (sqlFaultOf(error) !== 'damaged') throw error;
    return replaceDamaged(ports, error);
  }
}

/** Renames the file and creates a new one. */
export function replaceDamaged({ path, openDatabase, clock, log }: OpenPorts, error: unknown): HistoryFile {
  const keptAs = existsSync(path) ? setAside(path, clock.now()) : undefined;
  log.error('The history file is damaged; it was set aside, and a new one begun', { path, keptAs, error });
  return openHistoryFile(openDatabase, path, 0);
}
