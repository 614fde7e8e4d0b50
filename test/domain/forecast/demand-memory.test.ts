import { describe, expect, test } from 'vitest';
import { weighMemories } from '../../../src/domain/forecast/demand-memory.ts';
import { MINUTE_MS, series } from './series.ts';

/** A history of minutes; `pullsAt` is asked for each, the newest one is 0. */
const memoriesOf = (minutes: number, pullsAt: (minutesAgo: number) => number, burstPulls = 2) =>
  weighMemories({ binMs: MINUTE_MS, pulls: series(minutes, pullsAt), burstPulls });

const longest = (memories: ReturnType<typeof weighMemories>) => memories.at(-1);

describe('weighMemories()', () => {
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

  test('forgets the quiet hours when a surge begins, for as long as it is under way', () => {
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
