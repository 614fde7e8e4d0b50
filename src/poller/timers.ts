/** Waits. Passed in, so that a test can let an hour pass at once. */
export interface Timers {
  /**
   * Runs something later, once.
   * @returns calls it off
   */
  after(delayMs: number, run: () => void): () => void;
}

/** The longest wait of `setTimeout`, in milliseconds (24.8 days); it takes a longer one for no wait at all. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** The timers of this process. */
export const systemTimers: Timers = {
  after(delayMs, run) {
    const timer = setTimeout(run, Math.min(delayMs, MAX_TIMEOUT_MS));
    return () => clearTimeout(timer);
  },
};
