import { createZoneOffset } from '../../kit/clock.ts';
import { parseDuration } from '../../kit/duration.ts';
import type { Days, Hours } from './scenario.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** 1970-01-01 was a Thursday. */
const FIRST_WEEKDAY = 3;

/** Local date and time in a time zone, in milliseconds as if it were UTC, for `Date.UTC` and `getUTC…`. */
export type WallTime = number;

/** A time zone. */
export interface Zone {
  /** Returns the local time of an instant in milliseconds since the epoch. */
  wallTime(at: number): WallTime;
  /** Returns the instant of a local time. A local time that is skipped by a clock change counts as if it were not. */
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

/** Returns the weekday: 0 for Monday to 6 for Sunday. */
export function weekdayOf(wallTime: WallTime): number {
  return (Math.floor(wallTime / DAY_MS) + FIRST_WEEKDAY) % 7;
}

/** Returns the minutes since midnight. */
export function minuteOf(wallTime: WallTime): number {
  return Math.floor((wallTime % DAY_MS) / MINUTE_MS);
}

/** Returns the midnight at or before a local time. */
export function midnightOf(wallTime: WallTime): WallTime {
  return Math.floor(wallTime / DAY_MS) * DAY_MS;
}

/** The time of an event, as written in the file. */
export type Moment =
  /** Milliseconds after the start. */
  | { readonly kind: 'after'; readonly ms: number }
  /** A local date and time: see `WallTime`. */
  | { readonly kind: 'wall'; readonly wallTime: number };

/** Allowed forms of a moment, for messages. */
export const MOMENT_FORM =
  'a time after the start such as 2h30m, or a date and time such as 2026-11-25T14:00';
/** Allowed forms of a date and time, for messages. */
export const WALL_TIME_FORM = 'a date and time such as 2026-11-23T00:00';

const WALL_TIME = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d))?$/;

/** Parses a moment; undefined for anything else. */
export function parseMoment(value: unknown): Moment | undefined {
  const wallTime = parseWallTime(value);
  if (wallTime !== undefined) return { kind: 'wall', wallTime };
  if (value === 0) return { kind: 'after', ms: 0 };
  if (typeof value !== 'string') return undefined;
  try {
    return { kind: 'after', ms: parseDuration(value) };
  } catch {
    return undefined;
  }
}

/** Parses `2026-11-23T09:30` or `2026-11-23`; undefined for anything else, such as a day that does not exist. */
export function parseWallTime(value: unknown): number | undefined {
  const [text, year, month, day, hour = '00', minute = '00'] = WALL_TIME.exec(String(value)) ?? [];
  if (text === undefined) return undefined;
  const wallTime = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute));
  const isReal = new Date(wallTime).toISOString().startsWith(`${year}-${month}-${day}T${hour}:${minute}`);
  return isReal ? wallTime : undefined;
}

/** Returns the instant of a moment, in milliseconds since the epoch. */
export function instantOfMoment(moment: Moment, startAt: number, zone: Zone): number {
  return moment.kind === 'after' ? startAt + moment.ms : zone.instantOf(moment.wallTime);
}

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
/** Every day of the week. */
export const EVERY_DAY: Days = WEEKDAYS.map(() => true);
/** The whole day. */
export const ALL_DAY: Hours = { from: 0, to: 1_440 };

/** Parses weekdays such as `mon-fri`, `sat, sun` or `fri-mon`; undefined for anything else. */
export function parseDays(value: unknown): Days | undefined {
  if (typeof value !== 'string') return undefined;
  const meant = new Set<number>();
  for (const part of value.split(',')) {
    const [from, to = from, ...rest] = part.split('-').map((day) => WEEKDAYS.indexOf(day.trim()));
    if (from === undefined || to === undefined || from < 0 || to < 0 || rest.length > 0) return undefined;
    for (let day = from; ; day = (day + 1) % 7) {
      meant.add(day);
      if (day === to) break;
    }
  }
  return WEEKDAYS.map((_, day) => meant.has(day));
}

/** Parses a period such as `08:00-18:00`, `22:00-06:00` or `00:00-24:00`; undefined for anything else. */
export function parseHours(value: unknown): Hours | undefined {
  const [, start, end] = /^(\d\d:\d\d)-(\d\d:\d\d)$/.exec(String(value)) ?? [];
  const from = parseMinute(start);
  const to = end === '24:00' ? ALL_DAY.to : parseMinute(end);
  return from === undefined || to === undefined ? undefined : { from, to };
}

/** Parses a time such as `09:30` to minutes since midnight; undefined for anything else. */
export function parseMinute(value: unknown): number | undefined {
  const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(String(value)) ?? [];
  return hour === undefined || minute === undefined ? undefined : Number(hour) * 60 + Number(minute);
}
