import { systemTimers, type Timers } from './clock.ts';
import { within } from './deadline.ts';

/** Runs the tasks of one key one after another, in the order of the calls. Tasks of different keys run independently. */
export interface KeyedMutex {
  /**
   * Runs a task once every earlier task of its key has ended, has released the key, or has held it for the longest time.
   * @param signal ends the wait: the promise then rejects with its reason, and the task is not run
   * @param task receives a function that releases the key before the task has ended
   * @returns the result of the task; rejects when the task rejects
   */
  run<T>(key: string, signal: AbortSignal, task: (release: () => void) => Promise<T>): Promise<T>;
}

/**
 * Creates a mutex.
 * @param maxHoldMs after how long a running task loses the key to the next one, in milliseconds; it runs on meanwhile
 */
export function createKeyedMutex(maxHoldMs: number, timers: Timers = systemTimers): KeyedMutex {
  /** Resolves when the newest task of a key releases it. No entry: the key is free. */
  const newest = new Map<string, Promise<void>>();
  return {
    async run(key, signal, task) {
      const before = newest.get(key);
      const { promise: released, resolve: release } = deferred();
      newest.set(key, released);
      let cancel = (): void => undefined;
      try {
        if (before) await within(before, signal);
        cancel = timers.after(maxHoldMs, release);
        return await task(release);
      } finally {
        cancel();
        release();
        if (newest.get(key) === released) newest.delete(key);
      }
    },
  };
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
