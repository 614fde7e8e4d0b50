import { createTask, validateDetailed } from 'node-cron';
import { createZoneOffset, type ZoneOffset } from '../kit/clock.ts';
import type { Schedule } from './schedule-groups.ts';

/** Computes the runs of a schedule. */
export interface Timetable {
  /**
   * Whether the runs follow the local time of a zone, and therefore the wall clock. All other runs have fixed intervals,
   * counted from the start.
   */
  readonly followsZone: boolean;
  /** Returns the first run after an instant. Both are in milliseconds since the epoch. */
  nextAfter(at: number): number;
}

/** Contains the numbers that node-cron parses from the fields of an expression. */
type Fields = NonNullable<ReturnType<typeof validateDetailed>['fields']>;

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** How far ahead a run is searched, in days. The next 29 February can be 8 years away, the next one on a Monday 40 years. */
const LOOK_AHEAD_DAYS = 41 * 366;
/** For how many days the computed runs are cached. */
const CACHED_DAYS = 8;

/**
 * Creates the timetable of a schedule.
 * @param startAt start of the schedule, in milliseconds since the epoch. Fixed intervals are aligned to the local time then.
 * @throws SyntaxError if the expression is not valid
 */
export function createTimetable({ expression, timezone }: Schedule, startAt: number): Timetable {
  const { valid, fields, errors } = validateDetailed(expression);
  if (!valid || !fields) throw new SyntaxError(`Not a cron expression: ${errors[0]?.message ?? expression}`);
  const offsetOf = createZoneOffset(timezone);
  const periodMs = periodOf(expression, fields, timezone !== undefined);
  return periodMs === undefined
    ? zoneTimetable(expression, fields, offsetOf)
    : evenTimetable(fields, periodMs, offsetOf(startAt));
}

/**
 * Returns the period of a schedule with fixed intervals, in milliseconds: one hour, or a number of hours if no time zone is
 * configured. Undefined if its runs are times of day.
 */
function periodOf(expression: string, fields: Fields, hasZone: boolean): number | undefined {
  const { hour, dayOfMonth, month, dayOfWeek } = fields;
  const isEachDay = [dayOfMonth, month, dayOfWeek].every(isNumeric);
  if (!isEachDay || dayOfMonth.length < 31 || month.length < 12 || dayOfWeek.length < 7) return undefined;
  if (hour.length === 24) return HOUR_MS;
  const step = /^\*\/(\d+)$/.exec(expression.trim().split(/\s+/).at(-4) ?? '')?.[1];
  const isEven = step !== undefined && 24 % Number(step) === 0 && hour.length > 1;
  return isEven && !hasZone ? Number(step) * HOUR_MS : undefined;
}

function isNumeric(values: readonly unknown[]): boolean {
  return values.every((value) => typeof value === 'number');
}

/**
 * Creates the timetable of a schedule with fixed intervals.
 * @param offsetMs offset of the local time to which the period stays aligned
 */
function evenTimetable({ minute, second }: Fields, periodMs: number, offsetMs: number): Timetable {
  const times = timesOf([0], minute, second);
  return {
    followsZone: false,
    nextAfter(at) {
      const local = at + offsetMs;
      const periodAt = Math.floor(local / periodMs) * periodMs;
      const next = firstAfter(times, local - periodAt);
      return (next === undefined ? periodAt + periodMs + (times[0] ?? 0) : periodAt + next) - offsetMs;
    },
  };
}

/**
 * Creates the timetable of a schedule with times of day. node-cron matches the days, in UTC, which has no clock changes.
 * Local times are converted here, since node-cron 4.6 misses the runs of the repeated hour when clocks go back.
 */
function zoneTimetable(expression: string, fields: Fields, offsetOf: ZoneOffset): Timetable {
  const times = timesOf(fields.hour, fields.minute, fields.second);
  const repeatedHours = hoursToRepeat(fields);
  const cache = new Map<number, readonly number[]>();

  function matches(midnight: number): boolean {
    const task = createTask(expression, () => undefined, { timezone: 'UTC' });
    const isMatch = task.match(new Date(midnight + (times[0] ?? 0)));
    void task.destroy();
    return isMatch;
  }

  /**
   * Returns the runs of a day, in milliseconds since the epoch.
   * @param midnight start of the day, in local time as if it were UTC
   */
  function runsOf(midnight: number): readonly number[] {
    const known = cache.get(midnight);
    if (known) return known;
    const runs = matches(midnight)
      ? times.flatMap((time) => {
          const instants = instantsOf(midnight + time, midnight, offsetOf);
          return repeatedHours.has(Math.floor(time / HOUR_MS)) ? instants : instants.slice(0, 1);
        })
      : [];
    runs.sort((a, b) => a - b);
    if (cache.size >= CACHED_DAYS) cache.clear();
    cache.set(midnight, runs);
    return runs;
  }

  /** The runs of the day of the last call. */
  let current: readonly number[] = [];

  return {
    followsZone: true,
    nextAfter(at) {
      const [first = Number.POSITIVE_INFINITY] = current;
      const sameDay = at >= first ? firstAfter(current, at) : undefined;
      if (sameDay !== undefined) return sameDay;
      const firstDay = Math.floor((at + offsetOf(at)) / DAY_MS);
      for (let day = firstDay; day < firstDay + LOOK_AHEAD_DAYS; day += 1) {
        current = runsOf(day * DAY_MS);
        const next = firstAfter(current, at);
        if (next !== undefined) return next;
      }
      throw new SyntaxError(`A cron expression that never runs: ${expression}`);
    },
  };
}

/** Returns the first of the sorted instants that is after another instant; undefined if there is none. */
function firstAfter(instants: readonly number[], at: number): number | undefined {
  let [low, high] = [0, instants.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((instants[middle] ?? 0) > at) high = middle;
    else low = middle + 1;
  }
  return instants[low];
}

/**
 * Returns the instants at which clocks show a local time, earliest first: two in a repeated hour. A skipped time gets the
 * instant that it would have without the clock change: 02:30 becomes 03:30.
 */
function instantsOf(local: number, midnight: number, offsetOf: ZoneOffset): number[] {
  const [before, after] = [offsetOf(midnight - DAY_MS), offsetOf(midnight + 2 * DAY_MS)];
  if (before === after) return [local - before];
  const shown = [local - before, local - after].filter(
    (at, i) => offsetOf(at) === (i === 0 ? before : after),
  );
  return shown.length === 0 ? [local - before] : shown;
}

/**
 * Returns the hours whose runs occur twice when the hour is repeated: those of schedules with several runs an hour that also
 * run in the hours before and after. Otherwise such a schedule would pause for an hour.
 */
function hoursToRepeat({ hour, minute, second }: Fields): ReadonlySet<number> {
  const hours = new Set(hour);
  if (minute.length * second.length < 2) return new Set();
  return new Set(hour.filter((one) => hours.has((one + 23) % 24) && hours.has((one + 1) % 24)));
}

/** Returns the times of a day, in milliseconds since midnight, sorted. */
function timesOf(hours: readonly number[], minutes: readonly number[], seconds: readonly number[]): number[] {
  const times = hours.flatMap((hour) =>
    minutes.flatMap((minute) =>
      seconds.map((second) => hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS),
    ),
  );
  return times.sort((a, b) => a - b);
}
