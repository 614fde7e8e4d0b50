import { describe, expect, test } from 'vitest';
import type { RecentUsage } from '../../../src/domain/forecast/recent-usage.ts';
import { toSparkline } from '../../../src/web/charts/sparkline.ts';
import { NOW } from '../states.ts';

const HOUR_MS = 3_600_000;

/** A course over the last hour: how much of it has passed, and what was left then. */
function course(
  points: readonly (readonly [share: number, remaining: number, isAfterGap?: boolean])[],
): RecentUsage {
  return {
    from: NOW - HOUR_MS,
    to: NOW,
    limit: 100,
    spentLastHour: undefined,
    points: points.map(([share, remaining, isAfterGap = false]) => ({
      at: NOW - HOUR_MS + share * HOUR_MS,
      remaining,
      isAfterGap,
    })),
  };
}

describe('toSparkline()', () => {
  test('draws from the left to the right, full at the top and empty at the bottom', () => {
    expect(
      toSparkline(
        course([
          [0, 100],
          [0.5, 50],
          [1, 0],
        ]),
      ),
    ).toEqual({
      line: 'M0 2L50 14L100 26',
      area: 'M0 28L0 2L50 14L100 26L100 28z',
      dot: 'M100 26h0',
      lowAt: '21.2',
      label: 'Pulls left over 1 hour: from 100 to 0, at least 0',
    });
  });

  test('leaves a gap where there was no probe', () => {
    const { line } =
      toSparkline(
        course([
          [0, 100],
          [0.1, 100],
          [0.9, 50, true],
          [1, 50],
        ]),
      ) ?? {};
    expect(line).toBe('M0 2L10 2M90 14L100 14');
  });

  // remaining of 100: more than the limit, less than nothing
  test.each([
    [150, 'M0 2L100 2'],
    [-20, 'M0 26L100 26'],
  ])('keeps %d within the box', (remaining, line) => {
    expect(
      toSparkline(
        course([
          [0, remaining],
          [1, remaining],
        ]),
      )?.line,
    ).toBe(line);
  });

  test.each([
    ['nothing is known', undefined],
    ['there is one point', course([[1, 50]])],
  ])('draws nothing where %s', (_, known) => {
    expect(toSparkline(known)).toBeUndefined();
  });
});
