import { pathToFileURL } from 'node:url';
import Libsql from 'libsql';

/** What a column holds. */
export type SqlValue = number | string | null;

/** A prepared statement. */
export interface SqlStatement {
  run(...values: readonly SqlValue[]): void;
  /** Every row as an array, in the order of the columns. */
  rows(...values: readonly SqlValue[]): SqlValue[][];
}

/** The little of an SQLite connection that the history uses. Every call blocks until it is done. */
export interface SqlDatabase {
  exec(sql: string): void;
  prepare(sql: string): SqlStatement;
  /** Puts the log into the file, and lets go of it. Never throws. */
  close(): void;
  /** Lets go of the file, and leaves what lies at its path as it is. Never throws. */
  abandon(): void;
}

/**
 * How a file is opened: `shared` as SQLite does by itself; `alone` keeps other processes out from the first statement on, until
 * the connection is closed and collected, or the process ends; `read` joins the `alone` of this process, and only reads.
 */
export type OpenMode = 'shared' | 'alone' | 'read';

/** Opens an SQLite file, which is made if it is not there, unless it is only read. Nothing else uses libsql. */
export function openSqlDatabase(path: string, mode: OpenMode = 'shared'): SqlDatabase {
  const database = new Libsql(uriOf(path, mode), { readonly: mode === 'read' });
  return {
    exec: (sql) => void database.exec(sql),
    prepare(sql) {
      const statement = database.prepare(sql);
      return {
        run: (...values) => void statement.run(...values),
        rows: (...values) => statement.raw().all(...values) as SqlValue[][],
      };
    },
    close() {
      releaseFile(database);
      database.close();
    },
    abandon: () => void database.close(),
  };
}

/** Other processes are kept out by a way to lock files that only Unix has (https://www.sqlite.org/vfs.html: `unix-excl`). */
function uriOf(path: string, mode: OpenMode): string {
  const uri = pathToFileURL(path).href.replace('file://', 'file:');
  return mode === 'shared' || process.platform === 'win32' ? uri : `${uri}?vfs=unix-excl`;
}

/** A connection is closed only when its last statement has been collected; others wait for the file now. */
function releaseFile(database: Libsql.Database): void {
  try {
    // One that another process has is not ours to wait for.
    database.exec('PRAGMA busy_timeout = 0');
    database.exec('PRAGMA journal_mode = DELETE');
    // The mode changes with the next look at the file.
    database.prepare('SELECT count(*) FROM sqlite_master').raw().all();
  } catch {
    // A damaged file or a full disk: the log stays where it is, and is read at the next start.
  }
}

/** The one value of a query that has one row with one column. */
export function onlyValue(database: SqlDatabase, sql: string): SqlValue {
  return database.prepare(sql).rows()[0]?.[0] ?? null;
}
