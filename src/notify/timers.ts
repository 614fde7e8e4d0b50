/** Waits. Passed in, so that a test can let an hour pass at once. */
export interface Timers {
  /**
   * Runs something later, once.
   * @returns calls it off
   */
  after(delayMs: number, run: () => void): () => void;
}
