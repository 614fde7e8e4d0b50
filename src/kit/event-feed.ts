/** Delivers each event to all listeners. */
export interface EventFeed<Event> {
  /** Calls every listener with an event. */
  publish(event: Event): void;
  /**
   * Adds a listener.
   * @returns a function that removes it
   */
  subscribe(listener: (event: Event) => void): () => void;
}

/**
 * Creates a feed. An error of a listener affects neither the other listeners nor the publisher.
 * @param reportFailure called with the error of a listener and the event that it received
 */
export function createEventFeed<Event>(
  reportFailure: (error: unknown, event: Event) => void,
): EventFeed<Event> {
  // Each subscription has a key of its own, so that one function can subscribe twice and unsubscribe once.
  const listeners = new Map<symbol, (event: Event) => void>();
  return {
    publish(event) {
      // A copy, because a listener may subscribe or unsubscribe meanwhile.
      for (const listener of [...listeners.values()]) {
        try {
          listener(event);
        } catch (error) {
          reportFailure(error, event);
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
