import { describe, expect, test } from 'vitest';
import { gapAt } from '../../../src/domain/history/series.ts';
import type { AnsweredSeries } from '../../../src/history/prometheus/answer.ts';
import { toPoints } from '../../../src/history/prometheus/range-points.ts';
import { NOW } from './series.ts';

const STEP_MS = 60_000;

/** Series of one family each: a value for each cell, null where there is none. */
function seriesOf(families: Readonly<Record<string, readonly (number | null)[]>>): AnsweredSeries[] {
  return Object.entries(families).map(([name, values]) => ({
    labels: { __name__: `dockerhub_${name}` },
    values: values.flatMap((value, i) => (value === null ? [] : [{ at: NOW + (i + 1) * STEP_MS, value }])),
  }));
}

function planOf(count: number) {
  return { stepMs: STEP_MS, cells: Array.from({ length: count }, (_, i) => NOW + i * STEP_MS) };
}

describe('toPoints()', () => {
  test('gives a point for each cell, and nulls where nothing is known', () => {
    const series = seriesOf({
      up: [null, 1, 1, null],
      ratelimit_enforced: [null, 1, 1, null],
      ratelimit_remaining: [null, 76, 70, null],
      ratelimit_limit: [null, 100, 100, 100],
      ratelimit_window_seconds: [null, 3_600, 3_600, null],
    });
    const known = { limit: 100, windowSeconds: 3_600, outcome: 'limited' };
    expect(toPoints(series, planOf(4))).toEqual([
      gapAt(NOW),
      { at: NOW + STEP_MS, remaining: 76, spent: null, ...known },
      { at: NOW + 2 * STEP_MS, remaining: 70, spent: 6, ...known },
      gapAt(NOW + 3 * STEP_MS),
    ]);
  });

  // what the cell holds, its outcome, what is left
  test.each<[Record<string, number>, string | null, number | null]>([
    [{ up: 1, ratelimit_enforced: 1, ratelimit_remaining: 0, ratelimit_limit: 100 }, 'limited', 0],
    [{ up: 1, ratelimit_enforced: 0 }, 'unlimited', null],
    [{ up: 0, ratelimit_blocked: 1, ratelimit_remaining: 5 }, 'blocked', null],
    [{ up: 0, ratelimit_blocked: 0, ratelimit_remaining: 5 }, 'failed', null],
    [{ ratelimit_remaining: 5 }, null, null],
  ])('of %j is %j with %j left', (values, outcome, remaining) => {
    const families = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));
    expect(toPoints(seriesOf(families), planOf(1))).toMatchObject([{ outcome, remaining }]);
  });

  test('sees a block of either kind', () => {
    const series = [
      ...seriesOf({ up: [0], ratelimit_blocked: [1] }),
      ...seriesOf({ ratelimit_blocked: [0] }),
    ];
    expect(toPoints(series, planOf(1))).toMatchObject([{ outcome: 'blocked' }]);
  });
});
