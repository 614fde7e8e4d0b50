import { pathToFileURL } from 'node:url';
import Libsql from 'libsql';

/** The value of a column. */
export type SqlValue = number | string | null;

/** A prepared statement. */
export interface SqlStatement {
  /** Executes the statement with these parameters. */
  run(...values: readonly SqlValue[]): void;
  /** Returns all rows as arrays in the order of the columns. */
  rows(...values: readonly SqlValue[]): SqlValue[][];
}

/** An SQLite connection. Every call blocks until it is done. */
export interface SqlDatabase {
  /** Executes one or several statements without parameters. */
  exec(sql: string): void;
  /** Prepares a statement. */
  prepare(sql: string): SqlStatement;
  /** Writes the write-ahead log to the file and closes it. Never throws. */
  close(): void;
  /** Closes the connection without changing the files at its path. Never throws. */
  abandon(): void;
}

/**
 * How a file is opened: `shared` is SQLite's default; `alone` locks out other processes from the first statement until the
 * connection is closed and collected, or the process ends; `read` reads only, and shares the lock of this process.
 */
export type OpenMode = 'shared' | 'alone' | 'read';

/** Opens an SQLite file; creates it if it does not exist, except with `read`. Only this function uses libsql. */
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

/** Returns the URI of a file; `unix-excl` (https://www.sqlite.org/vfs.html) locks out other processes, only on Unix. */
function uriOf(path: string, mode: OpenMode): string {
  const uri = pathToFileURL(path).href.replace('file://', 'file:');
  return mode === 'shared' || process.platform === 'win32' ? uri : `${uri}?vfs=unix-excl`;
}

/** Releases the file at once: libsql closes a connection only after its last statement has been collected. */
function releaseFile(database: Libsql.Database): void {
  try {
    // Do not wait for a lock of another process.
    database.exec('PRAGMA busy_timeout = 0');
    database.exec('PRAGMA journal_mode = DELETE');
    // The mode changes with the next statement.
    database.prepare('SELECT count(*) FROM sqlite_master').raw().all();
  } catch {
    // A damaged file or a full disk: the log remains and is read at the next start.
  }
}

/** Returns the value of a query with one row and one column; null without a row. */
export function onlyValue(database: SqlDatabase, sql: string): SqlValue {
  return database.prepare(sql).rows()[0]?.[0] ?? null;
}
