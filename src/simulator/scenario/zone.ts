const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Every zone's offset changes at a quarter of an hour, if it does. */
const BLOCK_MS = 15 * MINUTE_MS;
/** 1970-01-01 was a Thursday. */
const FIRST_WEEKDAY = 3;

/** What clocks on the wall show in some time zone, in milliseconds as if it were UTC: `Date.UTC` and `getUTC…` read it. */
export type WallTime = number;

/** A time zone. */
export interface Zone {
  /** @param at milliseconds since the epoch */
  wallTime(at: number): WallTime;
  /** When clocks show this; where they never do (they are put forward), the moment they would have without. */
  instantOf(wallTime: WallTime): number;
}

/**
 * A time zone by its IANA name. Offsets are remembered: asking Intl takes microseconds, and a week of traffic asks
 * a hundred thousand times.
 * @throws RangeError for a name that is none
 */
export function createZone(timeZone: string): Zone {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  const offsets = new Map<number, number>();

  function offsetMs(at: number): number {
    const block = Math.floor(at / BLOCK_MS);
    const known = offsets.get(block);
    if (known !== undefined) return known;
    const parts = format.formatToParts(block * BLOCK_MS);
    const field = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
    const shown = Date.UTC(field('year'), field('month') - 1, field('day'), field('hour'), field('minute'));
    const offset = shown - block * BLOCK_MS;
    offsets.set(block, offset);
    return offset;
  }

  return {
    wallTime: (at) => at + offsetMs(at),
    instantOf: (wallTime) => wallTime - offsetMs(wallTime - offsetMs(wallTime)),
  };
}

/** 0 for Monday to 6 for Sunday. */
export function weekdayOf(wallTime: WallTime): number {
  return (Math.floor(wallTime / DAY_MS) + FIRST_WEEKDAY) % 7;
}

/** Minutes since midnight. */
export function minuteOf(wallTime: WallTime): number {
  return Math.floor((wallTime % DAY_MS) / MINUTE_MS);
}

/** The midnight before. */
export function midnightOf(wallTime: WallTime): WallTime {
  return Math.floor(wallTime / DAY_MS) * DAY_MS;
}
