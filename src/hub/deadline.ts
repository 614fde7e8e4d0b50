import { formatDuration } from '../kit/duration.ts';

/** Time that runs out. */
export interface Deadline {
  /** Aborted when the time is over, or when the given signal is; its reason is an `Error` that says which. */
  readonly signal: AbortSignal;
  /** Gives the timer back. To be called in every case. */
  clear(): void;
}

/**
 * Starts a deadline. `AbortSignal.timeout` and `AbortSignal.any` would do the same, but on Node 20 they hold on to their
 * listeners for as long as the outer signal lives, which here is the process.
 * @param timeoutMs milliseconds
 */
export function startDeadline(timeoutMs: number, outer: AbortSignal): Deadline {
  const inner = new AbortController();
  const onAbort = (): void => inner.abort(outer.reason);
  const timer = setTimeout(() => {
    inner.abort(new Error(`the probe's time of ${formatDuration(timeoutMs)} is over`));
  }, timeoutMs);
  outer.addEventListener('abort', onAbort, { once: true });
  if (outer.aborted) onAbort();
  return {
    signal: inner.signal,
    clear(): void {
      clearTimeout(timer);
      outer.removeEventListener('abort', onAbort);
    },
  };
}

/** Waits for a promise, but not beyond a signal, with whose reason it then rejects. */
export function within<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** Why a signal was aborted, as half a sentence. */
export function reasonOf(signal: AbortSignal): string {
  return signal.reason instanceof Error ? signal.reason.message : 'the probe was cancelled';
}
