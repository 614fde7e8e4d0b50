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
  /** Hands over what has gathered, and begins anew; undefined when that is nothing. */
  take(): AlertChanges | undefined;
  /** Takes back what could not be committed: what has changed since counts more. */
  putBack(changes: AlertChanges): void;
}

/** How many events wait at most for a store that cannot be written. The oldest are given up first. */
const MAX_EVENTS = 2_000;

/** Nothing has changed yet. */
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

/** Commits what has changed. */
export type Commit = () => void;

/**
 * Commits what has gathered in a state, and tells of the events in it. While the store cannot be written, alerting goes
 * on from memory: it warns once, and writes all of it as soon as it can.
 */
export function createCommit(
  state: Pick<Changes, 'take' | 'putBack'>,
  store: AlertStore,
  feed: EventFeed<AlertEvent>,
  log: Log,
): Commit {
  let isFailing = false;
  let toldEvents = new WeakSet<object>();
  return () => {
    const changes = state.take();
    if (!changes) return;
    try {
      store.commit(changes);
      if (isFailing) log.info('Alerts are written again');
      isFailing = false;
    } catch (error) {
      if (!isFailing) log.warn('Alerts cannot be written; they go on from memory', { error });
      isFailing = true;
      state.putBack(changes);
    }
    const news = changes.events.filter((event) => !toldEvents.has(event));
    if (isFailing) for (const event of news) toldEvents.add(event);
    else toldEvents = new WeakSet();
    for (const event of news) feed.publish(event);
  };
}
