import { setMaxListeners } from 'node:events';
import { systemTimers, type Timers } from './clock.ts';
import { formatDuration } from './duration.ts';

/** The reason of a signal whose deadline has passed. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';
  /** The whole time that was given, in milliseconds. */
  readonly timeoutMs: number;

  constructor(timeoutMs: number) {
    super(`the time of ${formatDuration(timeoutMs)} is over`);
    this.timeoutMs = timeoutMs;
  }
}

/** A time limit for one operation. */
export interface Deadline {
  /** Aborts with `DeadlineExceeded` when the time is over, or with the outer signal's reason when that aborts. */
  readonly signal: AbortSignal;
  /** Clears the timer and the listener. Call it in `finally`. */
  clear(): void;
}

/**
 * Starts a deadline. `AbortSignal.timeout` and `AbortSignal.any` would do the same, but on Node 20 they keep their
 * listeners for as long as the outer signal lives, which here is the process.
 * @param timeoutMs milliseconds, by the monotonic clock
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

/** Resolves with a promise; rejects with the signal's reason when that aborts first. */
export function within<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
