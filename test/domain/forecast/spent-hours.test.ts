import { describe, expect, test } from 'vitest';
import { spentHours } from '../../../src/domain/forecast/spent-hours.ts';
import { HOUR_MS, minutely, playedBucket, START, sampleAt, series } from './series.ts';

describe('spentHours()', () => {
  test('counts what was spent in each hour', () => {
    const points = playedBucket(
      'sliding',
      series(181, (minute) => (minute > 60 && minute <= 120 && minute % 2 === 0 ? 1 : 0)),
    );
    expect(spentHours(points)).toEqual([
      { at: START, spent: 0, observedSeconds: 3_600 },
      { at: START + HOUR_MS, spent: 30, observedSeconds: 3_600 },
      { at: START + 2 * HOUR_MS, spent: 0, observedSeconds: 3_600 },
    ]);
  });

  test('leaves out hours in which nobody looked', () => {
    const points = [
      ...minutely(series(31, () => 90)),
      ...series(31, (i) => 180 + i).map((minute) => sampleAt(minute, 90)),
    ];
    expect(
      spentHours(points).map(({ at, observedSeconds }) => [(at - START) / HOUR_MS, observedSeconds]),
    ).toEqual([
      [0, 1_800],
      [3, 1_800],
    ]);
  });

  test('is empty without samples', () => {
    expect(spentHours([])).toEqual([]);
    expect(spentHours([sampleAt(0, 90)])).toEqual([]);
  });
});
