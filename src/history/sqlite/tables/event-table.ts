import type { SqlDatabase, SqlValue } from '../sql-database.ts';

/** A rare event that is stored by itself: a change of a credential's limit, or an event of an alert. */
export interface StoredEvent {
  /** Milliseconds since the epoch, a whole number. */
  readonly at: number;
  /** `limit`, `window` or `source` for a change of these; `ALERT_EVENT` for an event of an alert. */
  readonly kind: string;
  /** The details as JSON; their shape depends on the kind. */
  readonly detail: string;
}

/** The kind of an event of an alert. Its detail is the whole `AlertEvent`. */
export const ALERT_EVENT = 'alert';

/** The events of credentials, buckets and the hub. */
export interface EventTable {
  /**
   * Inserts an event.
   * @param credentialId null for an event of a bucket or of the hub
   */
  add(credentialId: number | null, event: StoredEvent): void;
  /** Returns the events of a credential from `from` (included) to `to` (not included), in the order in which they were written. */
  between(credentialId: number, from: number, to: number): StoredEvent[];
  /** Returns the newest `most` events of alerts from `from` (included) to `to` (not included), oldest first. */
  newestOfAlerts(from: number, to: number, most: number): StoredEvent[];
  /** Removes the events before an instant, in milliseconds since the epoch. */
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
