import { describe, expect, test } from 'vitest';
import { createTimetable } from '../../src/poller/timetable.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Returns the runs of a schedule from an instant (excluded) to another (included), as ISO times in UTC. */
function runsBetween(expression: string, timezone: string | undefined, from: number, to: number): string[] {
  const timetable = createTimetable({ expression, timezone }, from);
  const runs: string[] = [];
  for (let at = timetable.nextAfter(from); at <= to; at = timetable.nextAfter(at)) {
    runs.push(new Date(at).toISOString().slice(0, 19));
  }
  return runs;
}

/** Returns the number of runs in a year that begins at midnight in a zone. */
function countYear(
  expression: string,
  timezone: string | undefined,
  year: number,
  offsetHours: number,
): number {
  const at = (one: number) => Date.UTC(one, 0, 1) - offsetHours * HOUR_MS;
  const timetable = createTimetable({ expression, timezone }, at(year) - 1);
  let count = 0;
  for (let run = timetable.nextAfter(at(year) - 1); run < at(year + 1); run = timetable.nextAfter(run))
    count += 1;
  return count;
}

/** The zone, the nights in which clocks go forward and back, and the first repeated time. */
const ZONES = [
  { zone: 'Europe/Berlin', spring: '2026-03-29', autumn: '2026-10-25', offset: 1 },
  { zone: 'Europe/London', spring: '2026-03-29', autumn: '2026-10-25', offset: 0 },
  { zone: 'America/New_York', spring: '2026-03-08', autumn: '2026-11-01', offset: -5 },
  { zone: 'Australia/Sydney', spring: '2026-10-04', autumn: '2026-04-05', offset: 11 },
  { zone: 'Australia/Lord_Howe', spring: '2026-10-04', autumn: '2026-04-05', offset: 11 },
] as const;

describe('createTimetable()', () => {
  describe.each(ZONES)('$zone', ({ zone, spring, autumn, offset }) => {
    // A local day is at most 25 hours of UTC, and begins up to 11 hours before the day of UTC.
    const around = (day: string): [number, number] => [
      Date.parse(day) - offset * HOUR_MS - 1,
      Date.parse(day) - offset * HOUR_MS + 23.25 * HOUR_MS,
    ];

    test.each(['0 * * * *', '*/5 * * * *', '*/20 * * * * *', '0 */2 * * *', '7,37 * * * *'])(
      'runs "%s" evenly on both days, by the zone of the process as by its own',
      (expression) => {
        for (const day of [spring, autumn]) {
          const [from, to] = around(day);
          const runs = runsBetween(expression, undefined, from, to).map((run) => Date.parse(`${run}Z`));
          const gaps = new Set(runs.slice(1).map((run, i) => run - (runs[i] ?? 0)));
          expect(gaps.size).toBe(1);
        }
      },
    );

    test.each(['30 2 * * *', '15 2 * * *', '0 2 * * *', '45 1 * * *', '30 1 * * *', '0 3 * * *'])(
      'runs "%s" once on either day',
      (expression) => {
        expect(runsBetween(expression, zone, ...around(spring))).toHaveLength(1);
        expect(runsBetween(expression, zone, ...around(autumn))).toHaveLength(1);
      },
    );

    test('keeps its interval in the repeated hour', () => {
      const [from] = around(autumn);
      const runs = runsBetween('*/10 0-5 * * *', zone, from, from + 6 * HOUR_MS);
      const moments = runs.map((run) => Date.parse(`${run}Z`));
      const gaps = moments.slice(1).map((at, i) => at - (moments[i] ?? 0));
      expect(new Set(gaps)).toEqual(new Set([600_000]));
    });

    test.each([
      { expression: '0 9 * * 1', runs: 52 },
      { expression: '30 2 * * *', runs: 365 },
      { expression: '0 0,6,12,18 * * *', runs: 4 * 365 },
      { expression: '*/10 8-17 * * 1-5', runs: 261 * 60 },
    ])('runs "$expression" exactly as often as promised in a year', ({ expression, runs }) => {
      expect(countYear(expression, zone, 2026, offset)).toBe(runs);
    });

    test('runs each minute of a year in every zone', () => {
      expect(countYear('* * * * *', zone, 2026, offset)).toBe(365 * 1_440);
    });
  });

  test.each([
    ['Europe/Berlin', '30 2 * * *', '2026-03-29', '2026-03-29T01:30:00', 'is 03:30'],
    ['Europe/Berlin', '30 2 * * *', '2026-10-25', '2026-10-25T00:30:00', 'is the first of the two'],
    ['America/New_York', '30 2 * * *', '2026-03-08', '2026-03-08T07:30:00', 'is 03:30'],
    ['America/New_York', '30 1 * * *', '2026-11-01', '2026-11-01T05:30:00', 'is the first of the two'],
    ['Australia/Lord_Howe', '15 2 * * *', '2026-10-04', '2026-10-03T15:45:00', 'is 02:45'],
    ['Australia/Lord_Howe', '45 1 * * *', '2026-04-05', '2026-04-04T14:45:00', 'is the first of the two'],
    ['Europe/London', '30 1 * * *', '2026-03-29', '2026-03-29T01:30:00', 'is 02:30'],
    ['Australia/Sydney', '30 2 * * *', '2026-10-04', '2026-10-03T16:30:00', 'is 03:30'],
  ])('in %s "%s" of %s %s: it %s', (zone, expression, day, expected) => {
    const from = Date.parse(day) - 14 * HOUR_MS;
    expect(runsBetween(expression, zone, from, from + 28 * HOUR_MS)).toContain(expected);
  });

  test('runs once for two skipped times of the same instant', () => {
    const from = Date.UTC(2026, 2, 28, 23);
    expect(runsBetween('0 2,3 * * *', 'Europe/Berlin', from, from + 20 * HOUR_MS)).toEqual([
      '2026-03-29T01:00:00',
    ]);
  });

  test('treats steps of hours as times of day if a zone is configured', () => {
    const from = Date.UTC(2026, 9, 24, 22) - 1;
    expect(runsBetween('0 */6 * * *', 'Europe/Berlin', from, from + DAY_MS + HOUR_MS)).toEqual([
      '2026-10-24T22:00:00',
      '2026-10-25T05:00:00',
      '2026-10-25T11:00:00',
      '2026-10-25T17:00:00',
    ]);
  });

  test.each([
    ['0 9 * * 1', ['2026-11-23T09:00:00', '2026-11-30T09:00:00']],
    ['0 9 L * *', ['2026-11-30T09:00:00']],
    ['0 9 * * 5#2', ['2026-11-13T09:00:00']],
    ['30 0 9 15W * *', ['2026-11-16T09:00:30']],
  ])('agrees with node-cron: "%s"', (expression, expected) => {
    const runs = runsBetween(expression, 'UTC', Date.UTC(2026, 10, 10), Date.UTC(2026, 11, 1));
    expect(runs.filter((run) => run >= '2026-11-12')).toEqual(expect.arrayContaining(expected));
    expect(runs.length).toBeLessThanOrEqual(expected.length + 1);
  });

  test('finds 29 February', () => {
    const { nextAfter } = createTimetable({ expression: '0 0 29 2 *', timezone: 'UTC' }, 0);
    expect(nextAfter(Date.UTC(2096, 2, 1))).toBe(Date.UTC(2104, 1, 29));
  });
});
