import type { Result } from '../domain/result.ts';
import type { Log } from '../kit/log.ts';
import type { ResultListener } from './history.ts';

/** Tells many listeners of each result. */
export interface ResultFeed {
  publish(result: Result): void;
  /** @returns ends the subscription */
  subscribe(listener: ResultListener): () => void;
}

/** A feed in which a listener that throws is logged, and harms neither the others nor the publisher. */
export function createResultFeed(log: Log): ResultFeed {
  // Each subscription is a key of its own, so that one function can listen twice and leave once.
  const listeners = new Map<symbol, ResultListener>();
  return {
    publish(result) {
      // A copy, because a listener may end its own subscription or begin another one meanwhile.
      for (const listener of [...listeners.values()]) {
        try {
          listener(result);
        } catch (error) {
          log.error('A listener to results failed', { credential: result.credential, error });
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
