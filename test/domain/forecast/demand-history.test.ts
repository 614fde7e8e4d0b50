import { describe, expect, test } from 'vitest';
import { demandHistory } from '../../../src/domain/forecast/demand-history.ts';
import { explainByFixedWindow } from '../../../src/domain/forecast/fixed-window.ts';
import { explainBySlidingWindow } from '../../../src/domain/forecast/sliding-window.ts';
import { MINUTE_MS, minutely, playedBucket, sampleAt, series, stretchFrom } from './series.ts';

const sum = (numbers: Iterable<number>) => [...numbers].reduce((total, number) => total + number, 0);

describe('demandHistory()', () => {
  const stretch = stretchFrom(minutely([100, 98, 96, 94, 94, 94, 94]));
  const history = demandHistory(stretch, explainBySlidingWindow(stretch));

  test('sums pulls in bins, oldest first', () => {
    expect(history.binMs).toBe(3 * MINUTE_MS);
    expect([...history.pulls]).toEqual([6, 0]);
    expect([...history.open]).toEqual([1, 1]);
    expect([...history.minutes]).toEqual([2, 2, 2, 0, 0, 0]);
    expect(history.endAt).toBe(stretch.samples.at(-1)?.at);
  });

  test('smooths the rate with a half life of 15 minutes', () => {
    expect(history.rates[0]).toBeCloseTo(6, 5);
    expect(history.rates[1]).toBeGreaterThan(2.5);
    expect(history.rates[1]).toBeLessThan(3);
  });

  test('omits a gap', () => {
    const points = [
      ...minutely(series(20, (i) => 100 - i)),
      ...series(10, (i) => i).map((i) => sampleAt(40 + i, 40)),
    ];
    const gapped = stretchFrom(points);
    const { pulls, open } = demandHistory(gapped, explainBySlidingWindow(gapped));
    expect(sum(pulls)).toBe(19);
    expect(sum(open) * 3).toBeCloseTo(19 + 9, 5);
  });

  test('has bins as long as the interval of the samples', () => {
    const slow = stretchFrom(series(6, (i) => i).map((i) => sampleAt(10 * i, 100 - 2 * i)));
    const { binMs, pulls } = demandHistory(slow, explainBySlidingWindow(slow));
    expect(binMs).toBe(10 * MINUTE_MS);
    expect([...pulls]).toEqual(series(5, () => 2));
  });

  // Pulls requested in each minute of a bucket of 100 an hour: it is used up in the first quarter or half of each hour.
  test.each([4, 8])('is not misled by denied requests at %d pulls a minute', (asked) => {
    const used = stretchFrom(
      playedBucket(
        'fixed-clock',
        series(300, () => asked),
      ),
    );
    const { pulls, open, binMs } = demandHistory(used, explainByFixedWindow('fixed-clock', used));
    const perMinute = sum(pulls) / ((sum(open) * binMs) / MINUTE_MS);
    expect(perMinute).toBeGreaterThan(0.9 * asked);
    expect(perMinute).toBeLessThan(1.1 * asked);
  });
});
