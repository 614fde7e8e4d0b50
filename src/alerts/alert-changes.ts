import type {
  AlertChanges,
  AlertDocument,
  AlertEvent,
  AlertStore,
} from '../domain/alerts/lifecycle/alert-store.ts';
import type { EventFeed } from '../kit/event-feed.ts';
import type { Log } from '../kit/log.ts';

/** Gathers what is to be committed at once. */
interface Changes {
  put(document: AlertDocument): void;
  remove(kind: AlertDocument['kind'], key: string): void;
  addEvent(event: AlertEvent): void;
  /** Returns the collected changes and starts a new collection; undefined if there are none. */
  take(): AlertChanges | undefined;
  /** Returns changes that could not be committed to the collection. Newer changes of the same key win. */
  putBack(changes: AlertChanges): void;
}

/** How many events wait at most while the store cannot be written. The oldest are dropped first. */
const MAX_EVENTS = 2_000;

/** Creates an empty collection of alert documents and events to be written to the alert store in one transaction. */
export function createChanges(): Changes {
  /** By kind and key; undefined is removed. */
  let documents = new Map<string, Pick<AlertDocument, 'kind' | 'key'> & { readonly value?: unknown }>();
  let events: AlertEvent[] = [];
  const keyOf = (kind: string, key: string) => `${kind} ${key}`;
  return {
    put: (document) => void documents.set(keyOf(document.kind, document.key), document),
    remove: (kind, key) => void documents.set(keyOf(kind, key), { kind, key }),
    addEvent: (event) => void events.push(event),
    take() {
      if (documents.size + events.length === 0) return undefined;
      const all = [...documents.values()];
      const changes = {
        put: all.filter((document): document is AlertDocument => 'value' in document),
        remove: all.filter((document) => !('value' in document)),
        events,
      };
      documents = new Map();
      events = [];
      return changes;
    },
    putBack(changes) {
      const before = [...changes.put, ...changes.remove].map(
        (document) => [keyOf(document.kind, document.key), document] as const,
      );
      documents = new Map([...before, ...documents]);
      events = [...changes.events, ...events].slice(-MAX_EVENTS);
    },
  };
}

/** Commits the collected changes. */
export type Commit = () => void;

/**
 * Creates a function that commits collected changes and then publishes their events. While the store cannot be
 * written, alerting continues from memory: it logs one warning, and writes all changes as soon as possible.
 */
export function createCommit(
  state: Pick<Changes, 'take' | 'putBack'>,
  store: AlertStore,
  feed: EventFeed<AlertEvent>,
  log: Log,
): Commit {
  let isFailing = false;
  let publishedEvents = new WeakSet<object>();
  return () => {
    const changes = state.take();
    if (!changes) return;
    try {
      store.commit(changes);
      if (isFailing) log.info('Alerts can be stored again');
      isFailing = false;
    } catch (error) {
      if (!isFailing) log.warn('Alerts cannot be stored; alerting continues from memory', { error });
      isFailing = true;
      state.putBack(changes);
    }
    const news = changes.events.filter((event) => !publishedEvents.has(event));
    if (isFailing) for (const event of news) publishedEvents.add(event);
    else publishedEvents = new WeakSet();
    for (const event of news) feed.publish(event);
  };
}
