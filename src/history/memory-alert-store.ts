import type { AlertEvent } from '../domain/alerts/lifecycle/alert-event.ts';
import type { AlertDocument, AlertStore } from '../domain/alerts/lifecycle/alert-store.ts';

/** How many events are remembered. */
const MOST_EVENTS = 2_000;

/** A store of alerts that lasts as long as the process. */
export function createMemoryAlertStore(mostEvents = MOST_EVENTS): AlertStore {
  const documents = new Map<string, AlertDocument>();
  let events: readonly AlertEvent[] = [];
  return {
    load: () => [...documents.values()],
    onRecall: () => undefined,
    commit(changes) {
      for (const document of changes.put) documents.set(keyOf(document), document);
      for (const document of changes.remove) documents.delete(keyOf(document));
      events = [...events, ...changes.events].slice(-mostEvents);
    },
    events: (from, to, limit) => {
      const inRange = events.filter(({ at }) => at >= from && at < to);
      return inRange.slice(Math.max(0, inRange.length - limit));
    },
  };
}

function keyOf({ kind, key }: Pick<AlertDocument, 'kind' | 'key'>): string {
  return `${kind} ${key}`;
}
