import type { AlertEvent } from './alert-event.ts';

/**
 * Keeps what alerting must not forget: alerts that are not over, silences, what each receiver was told, messages that
 * have not been settled, and the limits from which a change is told. Documents are JSON of the alert engine's own
 * choice, found by their kind and key.
 */
export interface AlertStore {
  /** All documents, as they were committed last. */
  load(): readonly AlertDocument[];
  /**
   * Sets what is called with the documents of an earlier process that can be read only after `load`, as its disk was not
   * there. Those that a commit has named meanwhile are left out.
   */
  onRecall(listener: (documents: readonly AlertDocument[]) => void): void;
  /**
   * Writes all of it, or nothing; it has been committed when this returns. Of several values of one key the last one
   * counts; what is also removed is gone. While the file cannot be written it is kept in memory, and written as soon as it
   * can be: never throws because of the disk.
   * @throws TypeError when JSON cannot say a value; then nothing has changed
   */
  commit(changes: AlertChanges): void;
  /**
   * Events of a range, oldest first, the newest `limit` of them. Instants are milliseconds since the epoch: `from` is
   * included, `to` is not.
   */
  events(from: number, to: number, limit: number): readonly AlertEvent[];
}

/** What is written at once. */
export interface AlertChanges {
  readonly put: readonly AlertDocument[];
  readonly remove: readonly Pick<AlertDocument, 'kind' | 'key'>[];
  readonly events: readonly AlertEvent[];
}

/** One document of the alert engine. */
export interface AlertDocument {
  readonly kind: 'alert' | 'silence' | 'told' | 'outbox' | 'baseline';
  readonly key: string;
  /** Anything that JSON can say. */
  readonly value: unknown;
}
