import { describe, expect, test } from 'vitest';
import { demandPaths } from '../../../src/domain/forecast/demand-path.ts';
import { followDemand } from '../../../src/domain/forecast/demand-rate.ts';
import { buildWeeklyProfile, type WeeklyProfile } from '../../../src/domain/forecast/weekly-profile.ts';
import { drawPoisson, seededRandom } from '../../../src/kit/seeded-random.ts';
import { HOUR_MS, historyOf, MINUTE_MS, START, series } from './series.ts';

const PATHS = 200;
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** The pulls of `PATHS` paths in each minute of an hour that begins `ahead` hours after the history. */
function hours(asked: readonly number[], profile?: WeeklyProfile, ahead = 0): number[][] {
  const end = START + asked.length * MINUTE_MS;
  const steps = series(60 * (ahead + 1), (minute) => ({
    from: end + minute * MINUTE_MS,
    durationMs: MINUTE_MS,
  }));
  const draw = demandPaths(followDemand(historyOf(asked), profile), steps);
  return series(PATHS, (i) => i).map((path) => {
    const next = draw(path / PATHS, seededRandom(path));
    return series(steps.length, next).slice(-60);
  });
}

const perHour = (paths: readonly number[][]) => paths.map(sum).sort((a, b) => a - b);
const median = (paths: readonly number[][]) => perHour(paths)[PATHS / 2] ?? Number.NaN;

describe('demandPaths()', () => {
  const random = seededRandom(6);
  const steady = series(600, () => drawPoisson(random, 1));

  test('draws as much as the past did', () => {
    expect(median(hours(steady))).toBeGreaterThan(50);
    expect(median(hours(steady))).toBeLessThan(70);
  });

  test('uses the recent past rather than all of it', () => {
    expect(median(hours(series(600, (minute) => (minute < 480 ? 0 : 4))))).toBeGreaterThan(180);
  });

  test('draws nothing where there was no demand', () => {
    expect(perHour(hours(series(600, () => 0))).at(-1)).toBe(0);
  });

  test('keeps bursts together', () => {
    const bursts = hours(series(600, () => 20 * drawPoisson(random, 1 / 20)));
    const minutes = bursts.flat();
    expect(minutes.filter((pulls) => pulls > 0).length / minutes.length).toBeLessThan(0.2);
    expect(Math.max(...minutes)).toBeGreaterThan(20);
  });

  test('follows the weekly profile into a rush that the past hours do not contain', () => {
    const rush = series(168, (hour) => (hour === 13 ? 600 : 60));
    const profile = buildWeeklyProfile(
      series(4 * 168, (hour) => ({
        at: START - (4 * 168 - hour) * HOUR_MS,
        spent: rush[hour % 168] ?? 0,
        observedSeconds: 3_600,
      })),
    );
    expect(median(hours(steady, profile, 3))).toBeGreaterThan(300);
    expect(median(hours(steady, undefined, 3))).toBeLessThan(100);
  });
});
