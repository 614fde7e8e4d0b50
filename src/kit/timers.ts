/** Schedules callbacks. Injected, so that tests control time. */
export interface Timers {
  /**
   * Runs a callback once, after a delay.
   * @param delayMs milliseconds, by the monotonic clock
   * @returns a function that cancels the call
   */
  after(delayMs: number, run: () => void): () => void;
}

/** The longest delay that `setTimeout` honours, in milliseconds (24.8 days); a longer one would fire at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** Schedules callbacks by the timers of this process. */
export const systemTimers: Timers = {
  after(delayMs, run) {
    const timer = setTimeout(run, Math.min(delayMs, MAX_TIMEOUT_MS));
    return () => clearTimeout(timer);
  },
};
