import { createZoneOffset } from '../../kit/clock.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
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
 * Returns a time zone by its IANA name.
 * @throws RangeError for a name that is none
 */
export function createZone(timeZone: string): Zone {
  const offsetMs = createZoneOffset(timeZone);
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
