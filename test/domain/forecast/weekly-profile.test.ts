import { describe, expect, test } from 'vitest';
import {
  buildWeeklyProfile,
  hourOfWeek,
  type SpentHour,
  usualPullsPerHour,
} from '../../../src/domain/forecast/weekly-profile.ts';
import { HOUR_MS, START, series } from './series.ts';

/** Hours from the start on, whole ones, each with the pulls of `spent`. */
function hours(count: number, spent: (hour: number) => number): SpentHour[] {
  return series(count, (i) => i).map((i) => ({
    at: START + i * HOUR_MS,
    spent: spent(i),
    observedSeconds: 3_600,
  }));
}

const mondayNine = START + 9 * HOUR_MS;

describe('hourOfWeek()', () => {
  // An instant in UTC, hours ahead of UTC, the hour of the week.
  test.each([
    ['2026-10-05T00:00:00Z', 0, 0],
    ['2026-10-11T23:59:59Z', 0, 167],
    ['2026-10-11T23:00:00Z', 2, 1],
    ['2026-10-05T01:00:00Z', -3, 166],
    ['1970-01-01T00:00:00Z', 0, 72],
    ['1969-12-29T00:00:00Z', 0, 0],
  ])('%s at UTC%i is %i', (instant, ahead, expected) => {
    expect(hourOfWeek(Date.parse(instant), () => ahead * HOUR_MS)).toBe(expected);
  });
});

describe('buildWeeklyProfile()', () => {
  const isMondayNine = (hour: number) => hour % 168 === 9;

  test('expects a Monday rush after three Mondays', () => {
    const profile = buildWeeklyProfile(hours(3 * 168, (hour) => (isMondayNine(hour) ? 80 : 2)));
    expect(usualPullsPerHour(profile, mondayNine + 30 * 60_000)).toBeGreaterThan(60);
    expect(usualPullsPerHour(profile, mondayNine + 3 * HOUR_MS)).toBeCloseTo(2, 0);
  });

  test('leans on the same hour of other working days while there is little', () => {
    const nineOnWorkdays = (hour: number) => (hour % 24 === 9 && hour % 168 < 120 ? 80 : 2);
    // Monday to Wednesday: Thursday and Saturday have not been seen.
    const profile = buildWeeklyProfile(hours(3 * 24, nineOnWorkdays));
    expect(usualPullsPerHour(profile, mondayNine + 3 * 24 * HOUR_MS)).toBeGreaterThan(50);
    expect(usualPullsPerHour(profile, mondayNine + 5 * 24 * HOUR_MS)).toBeLessThan(10);
  });

  test('counts an hour by how long it was observed', () => {
    const half = { at: START, spent: 10, observedSeconds: 1_800 };
    const profile = buildWeeklyProfile([half]);
    expect(profile.observedHours).toBe(0.5);
    expect(usualPullsPerHour(profile, START)).toBeGreaterThan(10);
  });

  test('states how much the weeks differ', () => {
    const steady = buildWeeklyProfile(hours(4 * 168, () => 20));
    const restless = buildWeeklyProfile(
      hours(4 * 168, (hour) => (Math.floor(hour / 168) % 2 === 0 ? 2 : 38)),
    );
    expect(steady.levelVariance).toBeLessThan(0.1);
    expect(restless.levelVariance).toBeGreaterThan(0.4);
  });

  test('expects nothing of an empty history', () => {
    const profile = buildWeeklyProfile([]);
    expect(profile).toMatchObject({ observedHours: 0, levelVariance: 0.5 });
    expect(usualPullsPerHour(profile, START)).toBe(0);
  });
});
