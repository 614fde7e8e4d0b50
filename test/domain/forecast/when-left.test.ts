import { describe, expect, test } from 'vitest';
import { forecast } from '../../../src/domain/forecast/forecast.ts';
import { whenLeft } from '../../../src/domain/forecast/when-left.ts';
import { MINUTE_MS, minutely, START } from './series.ts';

/** When so many pulls are left, in minutes since the start, as seen at the last reading. */
function minutesFor(pulls: number, remaining: number[]): [number, number] | null {
  const points = minutely(remaining);
  const range = whenLeft(forecast(points, undefined, points.at(-1)?.at ?? 0), pulls);
  const minutes = (at: number) => Math.round((at - START) / MINUTE_MS);
  return range && [minutes(range.earliest), minutes(range.latest)];
}

describe('whenLeft()', () => {
  test.each<[why: string, pulls: number, remaining: number[]]>([
    ['as many are left already', 80, [100, 90, 80]],
    ['there are never so many', 101, [100, 90, 80]],
    ['nothing has been seen', 1, []],
  ])('is null when %s', (_why, pulls, remaining) => {
    expect(minutesFor(pulls, remaining)).toBeNull();
  });

  test('is sooner for fewer pulls, and contains the end of the window of the first spending', () => {
    const readings = [100, 100, 100, 50, 50, 50, ...Array.from({ length: 20 }, () => 50), 20, 20];
    const some = minutesFor(60, readings);
    const all = minutesFor(100, readings);
    expect(some?.[0]).toBeLessThanOrEqual(63);
    expect(some?.[1]).toBeGreaterThanOrEqual(62);
    expect(some?.[1]).toBeLessThan(all?.[1] ?? 0);
  });

  test('is the whole refill for what was spent before anybody looked', () => {
    expect(minutesFor(61, [60])).toEqual([0, 61]);
  });
});
