/** The time, as an argument. Everything that measures a span uses `monotonicMs`, everything that is shown `now`. */
export interface Clock {
  /** Milliseconds since the Unix epoch. Jumps when the system's clock is set. */
  now(): number;
  /** Milliseconds since an arbitrary moment. Never jumps. */
  monotonicMs(): number;
}
