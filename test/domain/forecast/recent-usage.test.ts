import { describe, expect, test } from 'vitest';
import { recentUsage } from '../../../src/domain/forecast/recent-usage.ts';
import type { SeriesPoint } from '../../../src/domain/forecast/series-point.ts';

const MINUTE_MS = 60_000;
const START = Date.UTC(2026, 10, 23, 18);

/** One sample a minute. */
function sampled(remaining: readonly number[], windowSeconds = 3_600): SeriesPoint[] {
  return remaining.map((left, i) => ({
    kind: 'limited',
    at: START + i * MINUTE_MS,
    limit: 100,
    remaining: left,
    windowSeconds,
    source: '192.0.2.1',
  }));
}

describe('recentUsage()', () => {
  test('reports what was spent in the newest hour', () => {
    const course = recentUsage(sampled(Array.from({ length: 61 }, (_, i) => 100 - Math.floor(i / 2))));
    expect(course?.spentLastHour).toBe(30);
  });

  test('keeps silent of an hour that was hardly observed', () => {
    expect(recentUsage(sampled([100, 99, 98]))?.spentLastHour).toBeUndefined();
  });

  test('reaches one window back, and is thinned to sixty parts of it', () => {
    const course = recentUsage(
      sampled(
        Array.from({ length: 600 }, () => 50),
        21_600,
      ),
    );
    expect(course?.from).toBe(START + (599 - 360) * MINUTE_MS);
    expect(course?.points.length).toBeLessThanOrEqual(62);
    expect(course?.points.at(-1)?.at).toBe(START + 599 * MINUTE_MS);
  });

  test('marks what comes after a gap, so that no line leads there', () => {
    const points = sampled(Array.from({ length: 50 }, () => 50)).filter((_, i) => i < 20 || i > 40);
    const gaps = recentUsage(points)?.points.filter(({ isAfterGap }) => isAfterGap);
    expect(gaps?.map(({ at }) => at)).toEqual([START + 41 * MINUTE_MS]);
  });

  test.each([
    ['nothing is known', []],
    [
      'the newest answer was without a limit',
      [...sampled([5]), { kind: 'unlimited', at: START + MINUTE_MS, source: 'a' }],
    ],
  ] as const)('is not there where %s', (_, points) => {
    expect(recentUsage(points)).toBeUndefined();
  });
});
