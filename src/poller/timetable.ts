import { createTask, validateDetailed } from 'node-cron';
import { createZoneOffset, type ZoneOffset } from '../kit/clock.ts';
import type { Schedule } from './schedule-groups.ts';

/** The moments of a schedule. */
export interface Timetable {
  /**
   * Whether the runs follow the local time of a zone, and so the wall clock. All others come at fixed intervals, which
   * neither depend on: their moments are counted from the start.
   */
  readonly followsZone: boolean;
  /** Returns the first run after a moment. Both are milliseconds since the epoch. */
  nextAfter(at: number): number;
}

/** The numbers that node-cron reads from the fields of an expression. */
type Fields = NonNullable<ReturnType<typeof validateDetailed>['fields']>;

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** How far ahead a run is looked for, in days: the 29th of February can be 8 years away, its Monday 40. */
const LOOK_AHEAD_DAYS = 41 * 366;
/** How many days are kept worked out. */
const KEPT_DAYS = 8;

/**
 * Reads a schedule.
 * @param startAt when it begins, in milliseconds since the epoch: fixed intervals are in step with the local time then
 * @throws SyntaxError when the expression is not one
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
 * Returns the period of a schedule that repeats itself after some hours whatever the day, in milliseconds: each hour, or
 * each so many hours when nobody named a zone. Undefined when its runs are times of a day.
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

/** @param offsetMs of the local time that the period is in step with, for good */
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
 * Days are matched by node-cron, in UTC, where nothing jumps; what a local time means when clocks change is decided here,
 * since node-cron 4.6 misses the runs of the hour that is repeated.
 */
function zoneTimetable(expression: string, fields: Fields, offsetOf: ZoneOffset): Timetable {
  const times = timesOf(fields.hour, fields.minute, fields.second);
  const keepsPace = pacedHours(fields);
  const kept = new Map<number, readonly number[]>();

  function matches(midnight: number): boolean {
    const task = createTask(expression, () => undefined, { timezone: 'UTC' });
    const isMatch = task.match(new Date(midnight + (times[0] ?? 0)));
    void task.destroy();
    return isMatch;
  }

  /** @param midnight the day, in local time as if it were UTC */
  function runsOf(midnight: number): readonly number[] {
    const known = kept.get(midnight);
    if (known) return known;
    const runs = matches(midnight)
      ? times.flatMap((time) => {
          const moments = momentsOf(midnight + time, midnight, offsetOf);
          return keepsPace.has(Math.floor(time / HOUR_MS)) ? moments : moments.slice(0, 1);
        })
      : [];
    runs.sort((a, b) => a - b);
    if (kept.size >= KEPT_DAYS) kept.clear();
    kept.set(midnight, runs);
    return runs;
  }

  /** The runs of the day that was looked at last. */
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

/** Returns the first of some moments in order that is after another; undefined when there is none. */
function firstAfter(moments: readonly number[], at: number): number | undefined {
  let [low, high] = [0, moments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((moments[middle] ?? 0) > at) high = middle;
    else low = middle + 1;
  }
  return moments[low];
}

/**
 * Returns the moments at which clocks show a local time, earliest first: two in the hour that is repeated. A time that is
 * skipped has the moment that it would have had without the change: 02:30 is 03:30 then.
 */
function momentsOf(local: number, midnight: number, offsetOf: ZoneOffset): number[] {
  const [before, after] = [offsetOf(midnight - DAY_MS), offsetOf(midnight + 2 * DAY_MS)];
  if (before === after) return [local - before];
  const shown = [local - before, local - after].filter(
    (at, i) => offsetOf(at) === (i === 0 ? before : after),
  );
  return shown.length === 0 ? [local - before] : shown;
}

/**
 * Returns the hours that run twice when they are repeated: a schedule of several runs an hour that goes on before and
 * after would otherwise pause for an hour.
 */
function pacedHours({ hour, minute, second }: Fields): ReadonlySet<number> {
  const hours = new Set(hour);
  if (minute.length * second.length < 2) return new Set();
  return new Set(hour.filter((one) => hours.has((one + 23) % 24) && hours.has((one + 1) % 24)));
}

/** Returns times of a day in milliseconds, in order. */
function timesOf(hours: readonly number[], minutes: readonly number[], seconds: readonly number[]): number[] {
  const times = hours.flatMap((hour) =>
    minutes.flatMap((minute) =>
      seconds.map((second) => hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS),
    ),
  );
  return times.sort((a, b) => a - b);
}
