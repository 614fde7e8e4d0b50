/** When to tick. */
export interface Schedule {
  /** A cron expression of 5 or 6 fields. */
  readonly expression: string;
  /** The IANA name of the zone whose local time the expression means; undefined is the zone of the process. */
  readonly timezone?: string | undefined;
}

/** A schedule under way. */
export interface Ticker {
  /**
   * Returns the time between two ticks, in milliseconds. A schedule with pauses, such as office hours, has the interval
   * it ticks at, not the length of its night.
   */
  intervalMs(): number;
  /** Returns how long it is until the next tick, in milliseconds. */
  untilNextMs(): number;
  /** Takes over the corrected `now()` of the clock, after the wall clock was set. */
  clockJumped(): void;
  stop(): void;
}

/** Starts a schedule. Throws SyntaxError when the expression is not one. */
export type StartTicker = (schedule: Schedule, onTick: () => void) => Ticker;
