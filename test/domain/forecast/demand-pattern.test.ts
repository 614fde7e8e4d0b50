import { describe, expect, test } from 'vitest';
import type { DemandHistory } from '../../../src/domain/forecast/demand-history.ts';
import { dailyPattern, periodicPattern, weeklyPattern } from '../../../src/domain/forecast/demand-pattern.ts';
import { UTC } from '../../../src/domain/forecast/weekly-profile.ts';
import { drawPoisson, seededRandom } from '../../../src/kit/seeded-random.ts';
import { HOUR_MS, historyOf, MINUTE_MS, START, series } from './series.ts';

/** Ten pulls in one minute of every `period`, and some noise. */
function everyMinutes(period: number, count = 24 * 60): DemandHistory {
  const random = seededRandom(1);
  return historyOf(series(count, (minute) => (minute % period === 5 ? 10 : drawPoisson(random, 0.1))));
}

describe('periodicPattern()', () => {
  test.each([20, 45, 60])('finds jobs that run every %d minutes', (period) => {
    const history = everyMinutes(period);
    const pattern = periodicPattern(history);
    const next = Math.ceil((24 * 60 - 5) / period) * period + 5;
    expect(pattern?.(START + next * MINUTE_MS)).toBeGreaterThan(1.6);
    expect(pattern?.(START + (next + period / 2) * MINUTE_MS)).toBeLessThan(0.8);
    expect(pattern?.(START + (next + 5 * period) * MINUTE_MS)).toBeGreaterThan(1.6);
  });

  test('finds none in demand without a period', () => {
    const random = seededRandom(2);
    expect(periodicPattern(historyOf(series(24 * 60, () => drawPoisson(random, 1))))).toBeUndefined();
    expect(periodicPattern(historyOf(series(24 * 60, (minute) => (minute < 700 ? 1 : 3))))).toBeUndefined();
    expect(periodicPattern(historyOf([]))).toBeUndefined();
  });
});

describe('dailyPattern()', () => {
  const pattern = dailyPattern(historyOf(series(36 * 60, (minute) => (minute % 1_440 < 12 * 60 ? 1 : 3))));

  test('repeats the day before', () => {
    const at = (hour: number) => pattern?.(START + hour * HOUR_MS) ?? Number.NaN;
    expect(at(40) / at(33)).toBeGreaterThan(2);
    expect(at(40) / at(33)).toBeLessThan(3);
  });

  test('is flat where the day before is unknown', () => {
    expect(pattern?.(START + 5 * HOUR_MS)).toBe(1);
  });

  test('needs a day and a half', () => {
    expect(dailyPattern(historyOf(series(35 * 60, () => 1)))).toBeUndefined();
  });
});

describe('weeklyPattern()', () => {
  test('is the hour of the week in relation to the mean, and never 0', () => {
    const pullsPerHour = series(168, (hour) => (hour === 9 ? 168 : 0));
    const pattern = weeklyPattern({ pullsPerHour, levelVariance: 0.1, observedHours: 168, utcOffset: UTC });
    expect(pattern(START + 9.5 * HOUR_MS)).toBeCloseTo(168.1 / 1.1, 5);
    expect(pattern(START + 10.5 * HOUR_MS)).toBeCloseTo(0.1 / 1.1, 5);
  });
});
