import type { SqlDatabase, SqlValue } from '../sql-database.ts';

/** Something that happened at one moment, and is rare enough to be told one by one. */
export interface StoredEvent {
  /** Milliseconds since the epoch, a whole number. */
  readonly at: number;
  /** `limit`, `window` or `source` for a change of these; `ALERT_EVENT`. */
  readonly kind: string;
  /** What exactly, as JSON that its kind determines. */
  readonly detail: string;
}

/** The kind of what happened to an alert. Its detail is the whole `AlertEvent`. */
export const ALERT_EVENT = 'alert';

/** The events of all credentials, and those that belong to none of them. */
export interface EventTable {
  /** @param credentialId null for an event of a bucket or of the hub */
  add(credentialId: number | null, event: StoredEvent): void;
  /** From `from` (included) to `to` (not included), in the order in which they were written. */
  between(credentialId: number, from: number, to: number): StoredEvent[];
  /** The newest `most` events of alerts from `from` (included) to `to` (not included), oldest first. */
  newestOfAlerts(from: number, to: number, most: number): StoredEvent[];
  removeBefore(at: number): void;
}

/** Opens the table `event`. */
export function openEventTable(database: SqlDatabase): EventTable {
  const insert = database.prepare('INSERT INTO event (at, credential_id, kind, detail) VALUES (?, ?, ?, ?)');
  const select = database.prepare(
    'SELECT at, kind, detail FROM event WHERE credential_id = ? AND at >= ? AND at < ? ORDER BY id',
  );
  const ofAlerts = database.prepare(
    `SELECT at, kind, detail FROM event WHERE credential_id IS NULL AND kind = '${ALERT_EVENT}'
     AND at >= ? AND at < ? ORDER BY at DESC, id DESC LIMIT ?`,
  );
  const remove = database.prepare('DELETE FROM event WHERE at < ?');
  return {
    add: (credentialId, { at, kind, detail }) => insert.run(at, credentialId, kind, detail),
    between: (credentialId, from, to) => select.rows(credentialId, from, to).map(toEvent),
    newestOfAlerts: (from, to, most) => ofAlerts.rows(from, to, most).map(toEvent).reverse(),
    removeBefore: (at) => remove.run(at),
  };
}

function toEvent([at, kind, detail]: readonly SqlValue[]): StoredEvent {
  return { at: Number(at), kind: String(kind), detail: String(detail) };
}
