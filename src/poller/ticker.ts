/** A schedule under way. */
export interface Ticker {
  /**
   * The time between two ticks, in milliseconds. A schedule with pauses, such as office hours, has the interval it
   * ticks at, not the length of its night.
   */
  intervalMs(): number;
  stop(): void;
}

/** Starts a schedule: a cron expression of 5 or 6 fields. Throws when the expression is not one. */
export type StartTicker = (expression: string, onTick: () => void) => Ticker;
