import type { AlertEvent } from '../domain/alerts/lifecycle/alert-event.ts';
import type { Log } from './log.ts';

/** Tells listeners of events. */
export interface EventFeed {
  publish(event: AlertEvent): void;
  /** @returns ends the subscription */
  subscribe(listener: (event: AlertEvent) => void): () => void;
}

/** A feed in which a listener that throws is logged, and harms neither the others nor the publisher. */
export function createEventFeed(log: Log): EventFeed {
  // Each subscription is a key of its own, so that one function can listen twice and leave once.
  const listeners = new Map<symbol, (event: AlertEvent) => void>();
  return {
    publish(event) {
      for (const listener of [...listeners.values()]) {
        try {
          listener(event);
        } catch (error) {
          log.error('A listener to alerts failed', { error });
        }
      }
    },
    subscribe(listener) {
      const key = Symbol('subscription');
      listeners.set(key, listener);
      return () => {
        listeners.delete(key);
      };
    },
  };
}
