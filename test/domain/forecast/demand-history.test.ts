import { describe, expect, test } from 'vitest';
import { demandHistory } from '../../../src/domain/forecast/demand-history.ts';
import type { Sample } from '../../../src/domain/forecast/series-point.ts';
import { trackSliding } from '../../../src/domain/forecast/sliding-track.ts';
import { MINUTE_MS, minutely, sampleAt, stretchFrom } from './series.ts';

function historyOf(points: readonly Sample[], binMs = MINUTE_MS) {
  const stretch = stretchFrom(points);
  return demandHistory(stretch, trackSliding(stretch), binMs);
}

describe('demandHistory()', () => {
  test('has the newest bin first', () => {
    expect(historyOf(minutely([100, 99, 97, 94])).pulls).toEqual([3, 2, 1]);
  });

  test('gathers several steps in a bin', () => {
    expect(historyOf(minutely([100, 99, 97, 94, 90]), 2 * MINUTE_MS).pulls).toEqual([7, 3]);
  });

  test('leaves out a gap and what was spent in it', () => {
    const points = [...minutely([100, 99, 98, 97]), sampleAt(30, 50), sampleAt(31, 49)];
    expect(historyOf(points).pulls).toEqual([1, 1, 1, 1]);
  });

  test('leaves out the time in which nothing was left, and counts what the last burst may have wanted more', () => {
    // Bursts of 30 are usual: the one that found only 10 would have wanted as much again.
    const { pulls } = historyOf(minutely([100, 70, 70, 40, 40, 10, 10, 0, 0, 0]));
    expect(pulls).toHaveLength(7);
    expect(pulls[0]).toBeGreaterThan(20);
  });

  test('says how large bursts are, each weighted by its pulls', () => {
    expect(historyOf(minutely([100, 99, 99, 90])).burstPulls).toBeCloseTo((1 + 81) / 10);
    expect(historyOf(minutely([100, 100])).burstPulls).toBe(1);
  });
});
