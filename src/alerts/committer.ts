import type { AlertEvent } from '../domain/alerts/lifecycle/alert-event.ts';
import type { AlertStore } from '../domain/alerts/lifecycle/alert-store.ts';
import type { EventFeed } from '../kit/event-feed.ts';
import type { Log } from '../kit/log.ts';
import type { Ledger } from './ledger.ts';

/** Commits what has changed. */
export type Commit = () => void;

/**
 * Commits what has gathered in a ledger, and tells of the events in it. While the store cannot be written, alerting goes
 * on from memory: it warns once, and writes all of it as soon as it can.
 */
export function createCommit(
  ledger: Ledger,
  store: AlertStore,
  feed: EventFeed<AlertEvent>,
  log: Log,
): Commit {
  let isFailing = false;
  let toldEvents = new WeakSet<object>();
  return () => {
    const changes = ledger.take();
    if (!changes) return;
    try {
      store.commit(changes);
      if (isFailing) log.info('Alerts are written again');
      isFailing = false;
    } catch (error) {
      if (!isFailing) log.warn('Alerts cannot be written; they go on from memory', { error });
      isFailing = true;
      ledger.putBack(changes);
    }
    const news = changes.events.filter((event) => !toldEvents.has(event));
    if (isFailing) for (const event of news) toldEvents.add(event);
    else toldEvents = new WeakSet();
    for (const event of news) feed.publish(event);
  };
}
