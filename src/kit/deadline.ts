import { setMaxListeners } from 'node:events';
import { systemTimers, type Timers } from './clock.ts';
import { formatDuration } from './duration.ts';

/** The abort reason of a signal whose deadline has passed. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';
  /** The whole time limit, in milliseconds. */
  readonly timeoutMs: number;

  constructor(timeoutMs: number) {
    super(`the time of ${formatDuration(timeoutMs)} is over`);
    this.timeoutMs = timeoutMs;
  }
}

/** A time limit for one operation. */
export interface Deadline {
  /** Aborts with `DeadlineExceeded` after the time limit, or with the outer signal's reason when that aborts. */
  readonly signal: AbortSignal;
  /** Clears the timer and the listener. Call it in `finally`. */
  clear(): void;
}

/**
 * Starts a deadline. `AbortSignal.timeout` and `AbortSignal.any` would do the same, but on Node 20 they keep their
 * listeners as long as the outer signal exists, which is as long as the process.
 * @param timeoutMs the time limit in milliseconds, by the monotonic clock
 * @param outer aborts the deadline early
 */
export function startDeadline(
  timeoutMs: number,
  outer: AbortSignal,
  timers: Timers = systemTimers,
): Deadline {
  const inner = new AbortController();
  const onAbort = (): void => inner.abort(outer.reason);
  const cancel = timers.after(timeoutMs, () => inner.abort(new DeadlineExceeded(timeoutMs)));
  // Any number of operations may share the outer signal; each removes its listener.
  setMaxListeners(0, outer);
  outer.addEventListener('abort', onAbort, { once: true });
  if (outer.aborted) onAbort();
  return {
    signal: inner.signal,
    clear(): void {
      cancel();
      outer.removeEventListener('abort', onAbort);
    },
  };
}

/** Returns a promise with the result of `promise`; it rejects with the signal's reason when that aborts first. */
export function within<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
