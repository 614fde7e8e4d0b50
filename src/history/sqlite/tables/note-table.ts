import type { SqlDatabase } from '../sql-database.ts';

/** Small things to remember, each under a key. */
export interface NoteTable {
  read(key: string): string | undefined;
  write(key: string, text: string): void;
}

/** Opens the table `note`. */
export function openNoteTable(database: SqlDatabase): NoteTable {
  const select = database.prepare('SELECT value FROM note WHERE key = ?');
  const insert = database.prepare('INSERT OR REPLACE INTO note (key, value) VALUES (?, ?)');
  return {
    read: (key) => (select.rows(key)[0]?.[0] as string | undefined) ?? undefined,
    write: (key, text) => insert.run(key, text),
  };
}
