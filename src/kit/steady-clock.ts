/** A source of time: the wall clock, which can be set, and a monotonic one, which cannot. */
export interface TimeSource {
  /** Returns milliseconds since the Unix epoch. */
  now(): number;
  /** Returns milliseconds since an arbitrary moment. */
  monotonicMs(): number;
}

/** A clock whose `now()` goes on evenly when the wall clock is set, until it is corrected. */
export interface SteadyClock extends TimeSource {
  /**
   * Takes over the wall clock if it was set by more than 2 seconds.
   * @returns by how much `now()` has changed, in milliseconds, forward positive; 0 when it has not
   */
  correct(): number;
}

/** A smaller difference is left alone, in milliseconds: corrections have their price, and 2 seconds mislead nobody. */
const JUMP_MS = 2_000;

/**
 * Creates a clock that shows the wall clock's time, counted on by the monotonic one. The difference of two of its
 * moments is the time that has passed, as long as moments that are kept are moved by what `correct` returns.
 */
export function createSteadyClock(source: TimeSource): SteadyClock {
  let offsetMs = source.now() - source.monotonicMs();
  const now = () => Math.round(source.monotonicMs() + offsetMs);
  return {
    now,
    monotonicMs: () => source.monotonicMs(),
    correct() {
      const jumpMs = Math.round(source.now() - now());
      if (Math.abs(jumpMs) <= JUMP_MS) return 0;
      offsetMs += jumpMs;
      return jumpMs;
    },
  };
}
