import { describe, expect, test } from 'vitest';
import { demandHistory, weighDemandModels } from '../../../src/domain/forecast/demand-model.ts';
import type { Sample } from '../../../src/domain/forecast/series-point.ts';
import { explainBySlidingWindow } from '../../../src/domain/forecast/sliding-window.ts';
import { MINUTE_MS, minutely, sampleAt, series, stretchFrom } from './series.ts';

function historyOf(points: readonly Sample[], binMs = MINUTE_MS) {
  const stretch = stretchFrom(points);
  return demandHistory(stretch, explainBySlidingWindow(stretch), binMs);
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

  test('states how large bursts are, each weighted by its pulls', () => {
    expect(historyOf(minutely([100, 99, 99, 90])).burstPulls).toBeCloseTo((1 + 81) / 10);
    expect(historyOf(minutely([100, 100])).burstPulls).toBe(1);
  });
});

/** A history of minutes; `pullsAt` is called for each, the newest one is 0. */
const memoriesOf = (minutes: number, pullsAt: (minutesAgo: number) => number, burstPulls = 2) =>
  weighDemandModels({ binMs: MINUTE_MS, pulls: series(minutes, pullsAt), burstPulls });

const longest = (memories: ReturnType<typeof weighDemandModels>) => memories.at(-1);

describe('weighDemandModels()', () => {
  test('shares one whole', () => {
    const memories = memoriesOf(600, (ago) => ago % 3);
    expect(memories.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1);
    expect(memories.reduce((sum, { weightNow }) => sum + weightNow, 0)).toBeCloseTo(1);
  });

  test('trusts the level of a steady bucket more than that of a restless one', () => {
    const steady = memoriesOf(1_440, (ago) => (ago * 7) % 3);
    const restless = memoriesOf(1_440, (ago) => (Math.floor(ago / 50) % 2 === 0 ? 4 : 0));
    expect(longest(steady)?.levelVariance).toBeLessThan(0.05);
    expect(longest(restless)?.levelVariance).toBeGreaterThan(0.5);
  });

  test('prefers a long memory for random steps of one level', () => {
    const steady = memoriesOf(1_440, (ago) => (((ago * 7919) % 13) % 5 === 0 ? 6 : 0), 6);
    expect(longest(steady)?.weight).toBeGreaterThan(steady[0]?.weight ?? 1);
  });

  test('ignores the quiet hours during a surge', () => {
    const surge = memoriesOf(1_440, (ago) => (ago < 10 ? 8 : ago % 10 === 0 ? 1 : 0));
    const ofMinutes = (when: 'weight' | 'weightNow') => (surge[0]?.[when] ?? 0) + (surge[1]?.[when] ?? 0);
    expect(ofMinutes('weightNow')).toBeGreaterThan(0.8);
    expect(ofMinutes('weight')).toBeLessThan(0.6);
  });

  test('assumes little of each memory before it was tried', () => {
    const variances = memoriesOf(5, () => 1).map(({ levelVariance }) => levelVariance);
    expect(new Set(variances)).toEqual(new Set([0.15]));
  });
});
