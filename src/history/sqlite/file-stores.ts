import type { AlertEvent, AlertStore } from '../../domain/alerts/lifecycle/alert-store.ts';
import type { Log } from '../../kit/log.ts';
import { createMemoryKeyValueStore, type KeyValueStore } from '../history.ts';
import type { AlertCache } from './alert-cache.ts';
import type { StoredEvent } from './tables/event-table.ts';
import type { HistoryWriter } from './writer.ts';

/** The dependencies of the alert store. */
interface FileAlertStorePorts {
  readonly cache: AlertCache;
  readonly writer: Pick<HistoryWriter, 'read' | 'writeAlerts' | 'isClosed'>;
  readonly log: Log;
}

/**
 * Creates an alert store in the history file. While the file cannot be written, changes are kept in memory and written
 * later.
 */
export function createFileAlertStore({ cache: book, writer: keeper, log }: FileAlertStorePorts): AlertStore {
  function writtenEvents(from: number, to: number, most: number): readonly StoredEvent[] {
    if (keeper.isClosed()) return [];
    try {
      return keeper.read(({ events }) => events.newestOfAlerts(from, to, most));
    } catch (error) {
      log.warn('Past events of alerts cannot be read', { error });
      return [];
    }
  }

  return {
    load: () =>
      book.documents((document, error) => {
        log.warn('A stored document of alerting cannot be read, and is left out', { document, error });
      }),
    onRecall: (listener) => book.onRecall(listener),
    commit(changes) {
      book.add(changes);
      keeper.writeAlerts();
    },
    events(from, to, limit) {
      // Reading first writes pending events, so that no event is in both lists.
      const written = writtenEvents(from, to, limit);
      const waiting = book.unwrittenEvents().filter(({ at }) => at >= from && at < to);
      const newest = [...written, ...waiting].slice(Math.max(0, written.length + waiting.length - limit));
      return newest.flatMap(({ detail }) => readEvent(detail) ?? []);
    },
  };
}

/** Parses an event; undefined for an invalid one, which is omitted. */
function readEvent(detail: string): AlertEvent | undefined {
  try {
    return JSON.parse(detail) as AlertEvent;
  } catch {
    return undefined;
  }
}

/**
 * Creates a key-value store in the history file, and in memory while the file cannot be written. A value that is not valid
 * JSON is logged and omitted.
 */
export function createFileKeyValueStore(
  writer: Pick<HistoryWriter, 'read' | 'tryWrite' | 'isClosed'>,
  log: Log,
): KeyValueStore {
  const memory = createMemoryKeyValueStore();
  return {
    read(key) {
      const written = memory.read(key);
      if (written !== undefined || writer.isClosed()) return written;
      const text = writer.read((file) => file.keyValues.read(key));
      try {
        return text === undefined ? undefined : JSON.parse(text);
      } catch (error) {
        log.warn('A note in the history file cannot be read, and is left out', { note: key, error });
        return undefined;
      }
    },
    write(key, value) {
      memory.write(key, value);
      writer.tryWrite((file) => file.keyValues.write(key, JSON.stringify(value)));
    },
  };
}
