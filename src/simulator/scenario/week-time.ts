import type { Days, Hours } from './scenario.ts';

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
/** Every day of the week. */
export const EVERY_DAY: Days = WEEKDAYS.map(() => true);
/** The whole day. */
export const ALL_DAY: Hours = { from: 0, to: 1_440 };

/** Reads `mon-fri`, `sat, sun`, `fri-mon`; undefined for anything else. */
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

/** Reads `08:00-18:00`, `22:00-06:00`, `00:00-24:00`; undefined for anything else. */
export function parseHours(value: unknown): Hours | undefined {
  const [, start, end] = /^(\d\d:\d\d)-(\d\d:\d\d)$/.exec(String(value)) ?? [];
  const from = parseMinute(start);
  const to = end === '24:00' ? ALL_DAY.to : parseMinute(end);
  return from === undefined || to === undefined ? undefined : { from, to };
}

/** Reads `09:30` as minutes since midnight; undefined for anything else. */
export function parseMinute(value: unknown): number | undefined {
  const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(String(value)) ?? [];
  return hour === undefined || minute === undefined ? undefined : Number(hour) * 60 + Number(minute);
}
