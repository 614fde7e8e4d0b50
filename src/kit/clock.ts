/** The time, as an argument. Everything that measures a span uses `monotonicMs`, everything that is shown `now`. */
export interface Clock {
  /** Milliseconds since the Unix epoch. Jumps when the system's clock is set. */
  now(): number;
  /** Milliseconds since an arbitrary moment. Never jumps. */
  monotonicMs(): number;
}

/** A clock whose `now()` goes on evenly when the wall clock is set, until it is corrected. */
export interface SteadyClock extends Clock {
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
export function createSteadyClock(source: Clock): SteadyClock {
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

/** Tells how far the local time of a zone is from UTC at a moment, in milliseconds, positive to the east. */
export type ZoneOffset = (at: number) => number;

/** Every zone's offset changes at a quarter of an hour, if it does. */
const BLOCK_MS = 15 * 60_000;
/** How many offsets are remembered at most: asking Intl takes microseconds, and one day is asked for hundreds of times. */
const MOST_OFFSETS = 10_000;

/**
 * Returns the offsets of a time zone.
 * @param timeZone a name of the IANA database; undefined is the zone of this process
 * @throws RangeError for a name that is none
 */
export function createZoneOffset(timeZone: string | undefined): ZoneOffset {
  const format = new Intl.DateTimeFormat('en-US', {
    ...(timeZone !== undefined && { timeZone }),
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  const offsets = new Map<number, number>();
  return (at) => {
    const block = Math.floor(at / BLOCK_MS);
    const known = offsets.get(block);
    if (known !== undefined) return known;
    const parts = format.formatToParts(block * BLOCK_MS);
    const field = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
    const shown = Date.UTC(field('year'), field('month') - 1, field('day'), field('hour'), field('minute'));
    const offset = shown - block * BLOCK_MS;
    if (offsets.size >= MOST_OFFSETS) offsets.clear();
    offsets.set(block, offset);
    return offset;
  };
}
