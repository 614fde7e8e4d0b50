import type { SqlDatabase } from '../sql-database.ts';

/** Something that happened at one moment, and is rare enough to be told one by one. */
export interface StoredEvent {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** `limit`, `window` or `source` for a change of these. */
  readonly kind: string;
  /** What exactly, as JSON that its kind determines. */
  readonly detail: string;
}

/** The events of all credentials. */
export interface EventTable {
  add(credentialId: number, event: StoredEvent): void;
  /** From `from` (included) to `to` (not included), in the order in which they were written. */
  between(credentialId: number, from: number, to: number): StoredEvent[];
  removeBefore(at: number): void;
}

/** Opens the table `event`. */
export function openEventTable(database: SqlDatabase): EventTable {
  const insert = database.prepare('INSERT INTO event (at, credential_id, kind, detail) VALUES (?, ?, ?, ?)');
  const select = database.prepare(
    'SELECT at, kind, detail FROM event WHERE credential_id = ? AND at >= ? AND at < ? ORDER BY id',
  );
  const remove = database.prepare('DELETE FROM event WHERE at < ?');
  return {
    add: (credentialId, { at, kind, detail }) => insert.run(at, credentialId, kind, detail),
    between: (credentialId, from, to) =>
      select
        .rows(credentialId, from, to)
        .map(([at, kind, detail]) => ({ at: Number(at), kind: String(kind), detail: String(detail) })),
    removeBefore: (at) => remove.run(at),
  };
}
