/** Reads the time. Injected, so that tests control it. Durations are measured by `monotonicMs`; `now` is for display. */
export interface Clock {
  /** Returns milliseconds since the Unix epoch. Jumps when the system's clock is set. */
  now(): number;
  /** Returns milliseconds since an arbitrary instant. Never jumps. */
  monotonicMs(): number;
}

/** A clock whose `now()` does not jump when the system's clock is set, until it is corrected. */
export interface SteadyClock extends Clock {
  /**
   * Sets `now()` to the system's clock if they differ by more than 2 seconds.
   * @returns the change of `now()` in milliseconds, positive when it went forward; 0 without a change
   */
  correct(): number;
}

/** Smaller differences are not corrected, in milliseconds: each correction shifts stored instants. */
const JUMP_MS = 2_000;

/**
 * Creates a clock that starts at the time of `source` and continues by its monotonic clock. The difference of two of its
 * instants is the time that has passed, if stored instants are shifted by the return value of `correct`.
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

/** Implements `Timers` by `setTimeout`. A delay over the maximum of Node.js (2^31 - 1 ms, 24.8 days) is shortened to it. */
export const systemTimers: Timers = {
  after(delayMs, run) {
    const timer = setTimeout(run, Math.min(delayMs, MAX_TIMEOUT_MS));
    return () => clearTimeout(timer);
  },
};

/** Returns how far the local time of a zone is ahead of UTC at an instant, in milliseconds. */
export type ZoneOffset = (at: number) => number;

/** Offsets of zones change at a quarter of an hour only, in milliseconds. */
const BLOCK_MS = 15 * 60_000;
/** The most offsets that are cached: `Intl` takes microseconds, and the offsets of one day are read hundreds of times. */
const MOST_OFFSETS = 10_000;

/**
 * Creates a function that returns the offset of a time zone.
 * @param timeZone a name of the IANA database. Undefined: the zone of this process
 * @throws RangeError for an unknown name
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

/**
 * Calls a function at fixed intervals, in milliseconds. Does not keep the process alive.
 * @returns a function that ends the calls
 */
export function startTicking(intervalMs: number, tick: () => void): () => void {
  const timer = setInterval(tick, intervalMs).unref();
  return () => clearInterval(timer);
}
