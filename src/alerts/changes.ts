import type { AlertEvent } from '../domain/alerts/lifecycle/alert-event.ts';
import type { AlertChanges, AlertDocument } from '../domain/alerts/lifecycle/alert-store.ts';

/** Gathers what is to be committed at once. */
export interface Changes {
  put(document: AlertDocument): void;
  remove(kind: AlertDocument['kind'], key: string): void;
  tell(event: AlertEvent): void;
  /** Hands over what has gathered, and begins anew; undefined when that is nothing. */
  take(): AlertChanges | undefined;
  /** Takes back what could not be committed: what has changed since counts more. */
  putBack(changes: AlertChanges): void;
}

/** How many events wait at most for a store that cannot be written. The oldest are given up first. */
const MOST_EVENTS = 2_000;

/** Nothing has changed yet. */
export function createChanges(): Changes {
  /** By kind and key; undefined is removed. */
  let documents = new Map<string, Pick<AlertDocument, 'kind' | 'key'> & { readonly value?: unknown }>();
  let events: AlertEvent[] = [];
  const keyOf = (kind: string, key: string) => `${kind} ${key}`;
  return {
    put: (document) => void documents.set(keyOf(document.kind, document.key), document),
    remove: (kind, key) => void documents.set(keyOf(kind, key), { kind, key }),
    tell: (event) => void events.push(event),
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
      events = [...changes.events, ...events].slice(-MOST_EVENTS);
    },
  };
}
