/** Time that runs out. */
export interface Deadline {
  /** Aborted when the time is over, with a `TimeoutError`, or when the given signal is. */
  readonly signal: AbortSignal;
  /** Gives timer and listener back. To be called in every case. */
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
  const timer = setTimeout(() => inner.abort(new DOMException('', 'TimeoutError')), timeoutMs);
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
