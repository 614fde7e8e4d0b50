import { describe, expect, test } from 'vitest';
import { countTicks, timeTicks } from '../../../src/web/charts/scale.ts';
import { HOUR_MS } from '../history-points.ts';
import { NOW } from '../states.ts';

describe('countTicks()', () => {
  // the highest number, the ticks
  test.each([
    [100, [0, 20, 40, 60, 80, 100]],
    [200, [0, 50, 100, 150, 200]],
    [10, [0, 2, 4, 6, 8, 10]],
    [3, [0, 1, 2, 3]],
    [1, [0, 1]],
    [0, [0]],
    [5_000, [0, 1_000, 2_000, 3_000, 4_000, 5_000]],
  ])('up to %i', (most, ticks) => {
    expect(countTicks(most)).toEqual(ticks);
  });
});

describe('timeTicks()', () => {
  test('stand at round moments, a day by its date', () => {
    const ticks = timeTicks(NOW - 24 * HOUR_MS, NOW);
    expect(ticks.map(({ words }) => words)).toEqual([
      '21:00',
      'Nov 23',
      '03:00',
      '06:00',
      '09:00',
      '12:00',
      '15:00',
      '18:00',
      '21:00',
    ]);
    expect(ticks.every(({ at }) => at % (3 * HOUR_MS) === 0)).toBe(true);
  });

  test.each([0.05, 1, 6, 30 * 24, 90 * 24, 3 * 365 * 24, 80 * 365 * 24])('are few over %d hours', (hours) => {
    const ticks = timeTicks(NOW - hours * HOUR_MS, NOW);
    expect(ticks.length).toBeGreaterThan(1);
    expect(ticks.length).toBeLessThanOrEqual(10);
  });
});
