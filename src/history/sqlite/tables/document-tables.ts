import type { AlertDocument } from '../../../domain/alerts/lifecycle/alert-store.ts';
import type { SqlDatabase } from '../sql-database.ts';

/** Which document it is. */
export type AlertDocumentKey = Pick<AlertDocument, 'kind' | 'key'>;

/** A document as it is written: its value is JSON. */
export interface StoredAlertDocument extends AlertDocumentKey {
  readonly text: string;
}

/** What alerting must not forget. */
export interface AlertDocumentTable {
  all(): StoredAlertDocument[];
  put(document: StoredAlertDocument): void;
  remove(document: AlertDocumentKey): void;
  clear(): void;
}

/** Opens the table `alert_document`. */
export function openAlertDocumentTable(database: SqlDatabase): AlertDocumentTable {
  const select = database.prepare('SELECT kind, key, value FROM alert_document ORDER BY kind, key');
  const insert = database.prepare(
    'INSERT OR REPLACE INTO alert_document (kind, key, value) VALUES (?, ?, ?)',
  );
  const remove = database.prepare('DELETE FROM alert_document WHERE kind = ? AND key = ?');
  const clear = database.prepare('DELETE FROM alert_document');
  return {
    all: () =>
      select.rows().map(([kind, key, text]) => ({
        kind: kind as AlertDocument['kind'],
        key: String(key),
        text: String(text),
      })),
    put: ({ kind, key, text }) => insert.run(kind, key, text),
    remove: ({ kind, key }) => remove.run(kind, key),
    clear: () => clear.run(),
  };
}

/** Small things to remember, each under a key. */
export interface KeyValueTable {
  read(key: string): string | undefined;
  write(key: string, text: string): void;
}

/** Opens the table `note`. */
export function openKeyValueTable(database: SqlDatabase): KeyValueTable {
  const select = database.prepare('SELECT value FROM note WHERE key = ?');
  const insert = database.prepare('INSERT OR REPLACE INTO note (key, value) VALUES (?, ?)');
  return {
    read: (key) => (select.rows(key)[0]?.[0] as string | undefined) ?? undefined,
    write: (key, text) => insert.run(key, text),
  };
}
