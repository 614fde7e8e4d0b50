import type { AlertDocument } from '../../../domain/alerts/lifecycle/alert-store.ts';
import type { SqlDatabase } from '../sql-database.ts';

/** Identifies a document of alerting. */
export type AlertDocumentKey = Pick<AlertDocument, 'kind' | 'key'>;

/** A document as it is stored: its value as JSON. */
export interface StoredAlertDocument extends AlertDocumentKey {
  readonly text: string;
}

/** The documents of alerting: alert states, silences, notification records. */
export interface AlertDocumentTable {
  /** Returns all documents, ordered by kind and key. */
  all(): StoredAlertDocument[];
  /** Inserts or replaces a document. */
  put(document: StoredAlertDocument): void;
  /** Removes a document. */
  remove(document: AlertDocumentKey): void;
  /** Removes all documents. */
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

/** Small values, each stored under a key. */
export interface KeyValueTable {
  /** Returns the text of a key; undefined without one. */
  read(key: string): string | undefined;
  /** Inserts or replaces the text of a key. */
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
