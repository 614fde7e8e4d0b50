import { rm } from 'node:fs/promises';
import type { Awaitable } from '../../domain/history/past.ts';
import { checkOrigin } from './schema.ts';
import { onlyValue, openSqlDatabase, type SqlDatabase } from './sql-database.ts';
import { HistoryFileError } from './sql-fault.ts';

/** What a backup contains. */
export interface BackupContent {
  /** The version of the schema. */
  readonly schema: number;
  readonly credentials: number;
  /** Results of probes. */
  readonly results: number;
  /** Changes of limits, and events of alerts. */
  readonly events: number;
}

/**
 * Writes a copy of the database to a file, which is empty or does not exist: one consistent state, with what is still in the write-ahead
 * log (https://www.sqlite.org/lang_vacuum.html#vacuum_with_an_into_clause). Others may read and write meanwhile.
 * @throws the error of the database
 */
export function copyDatabase(database: SqlDatabase, target: string): void {
  database.prepare('VACUUM INTO ?').run(target);
}

/**
 * Copies a history file that no process uses.
 * @throws HistoryFileError if another program or a newer Headroom has written it
 * @throws the error of the database; it is `busy` if a process uses the file
 */
export function copyUnusedFile(path: string, target: string): void {
  const database = openSqlDatabase(path, 'shared');
  try {
    database.exec('PRAGMA busy_timeout = 0');
    checkOrigin(database, path);
    copyDatabase(database, target);
  } finally {
    database.close();
  }
}

/**
 * Reads a backup completely and checks it.
 * @throws HistoryFileError if it is damaged, empty, or not a history file of this or an earlier version
 * @throws the error of the database
 */
export function checkBackup(path: string): BackupContent {
  const database = openSqlDatabase(path, 'shared');
  try {
    const verdict = onlyValue(database, 'PRAGMA integrity_check(1)');
    if (verdict !== 'ok') throw new HistoryFileError(`The copy is damaged: ${path}: ${verdict}`);
    checkOrigin(database, path);
    const count = (table: string) => Number(onlyValue(database, `SELECT count(*) FROM ${table}`));
    const schema = Number(onlyValue(database, 'PRAGMA user_version'));
    if (schema === 0) throw new HistoryFileError(`The copy has no history: ${path}`);
    return { schema, credentials: count('credential'), results: count('sample'), events: count('event') };
  } finally {
    database.close();
  }
}

/** A backup is being sent; a second one would need the same space again. */
export class BackupBusyError extends Error {
  override readonly name = 'BackupBusyError';
}

/**
 * Creates a function that writes a copy to `<path>.backup`, passes it to `use`, and removes it. One copy exists at a time.
 * @param copy writes the copy to the path that it is called with
 * @returns a function that rejects with BackupBusyError, an error of `copy`, or one of `use`
 */
export function createBackup(
  path: string,
  copy: (target: string) => Awaitable<unknown>,
): (use: (copied: string) => Promise<void>) => Promise<void> {
  const target = `${path}.backup`;
  let isBusy = false;
  return async (use) => {
    if (isBusy) throw new BackupBusyError('Another backup is being sent; try again when it is finished');
    isBusy = true;
    try {
      // One of a process that was killed.
      await rm(target, { force: true });
      await copy(target);
      await use(target);
    } finally {
      await rm(target, { force: true });
      isBusy = false;
    }
  };
}
