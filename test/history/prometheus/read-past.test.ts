import { describe, expect, test } from 'vitest';
import { gapAt, type HistoryQuery, MAX_HISTORY_POINTS } from '../../../src/domain/history/query.ts';
import type { QueriedSeries } from '../../../src/history/prometheus/query-result.ts';
import {
  evaluationOf,
  expressionFor,
  planRange,
  toPoints,
} from '../../../src/history/prometheus/read-past.ts';
import { NOW } from './series.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function last(spanMs: number, step: HistoryQuery['step'] = 'auto'): HistoryQuery {
  return { from: NOW - spanMs, to: NOW, step };
}

describe('planRange()', () => {
  // span, step, the step chosen, the cells
  test.each<[number, HistoryQuery['step'], number, number]>([
    [HOUR_MS, 'auto', MINUTE_MS, 60],
    [DAY_MS, 'auto', MINUTE_MS, 1_440],
    [33 * HOUR_MS, 'auto', MINUTE_MS, 1_980],
    [34 * HOUR_MS, 'auto', 5 * MINUTE_MS, 408],
    [90 * DAY_MS, 'auto', 2 * HOUR_MS, 1_081],
    [DAY_MS, HOUR_MS, HOUR_MS, 24],
    [1, 'auto', MINUTE_MS, 1],
  ])('of %d ms by %j has cells of %d ms: %d', (span, step, stepMs, count) => {
    const plan = planRange(last(span, step));
    expect([plan.stepMs, plan.cells.length]).toEqual([stepMs, count]);
  });

  test.each([1e3, 1e7, 1e10, 1e12, NOW])('never has too many cells: %d ms', (span) => {
    const { cells, stepMs } = planRange(last(span));
    expect(cells.length).toBeLessThanOrEqual(MAX_HISTORY_POINTS);
    expect(cells[0]).toBeLessThanOrEqual(NOW - span);
    expect((cells.at(-1) ?? 0) + stepMs).toBeGreaterThanOrEqual(NOW);
  });

  test.each<[HistoryQuery, string]>([
    [last(HOUR_MS, 'raw'), 'Prometheus keeps scrapes, not results'],
    [last(0), 'The range is empty'],
    [last(HOUR_MS, MINUTE_MS), 'The step is not a multiple of 5m'],
    [last(90 * DAY_MS, 300_000), 'more than 2000 points'],
  ])('refuses %j', (query, message) => {
    expect(() => planRange(query)).toThrow(message);
  });

  test('evaluates each cell at its end', () => {
    const plan = planRange({ from: 1, to: 3 * MINUTE_MS, step: 'auto' });
    expect(evaluationOf(plan)).toEqual({ from: MINUTE_MS, to: 3 * MINUTE_MS, stepMs: MINUTE_MS });
  });

  test('lets Prometheus look back by itself only as far as it does', () => {
    expect(expressionFor('{a="b"}', { stepMs: 300_000, cells: [] })).toBe('{a="b"}');
    expect(expressionFor('{a="b"}', { stepMs: 600_000, cells: [] })).toBe('last_over_time({a="b"}[600s])');
  });
});

const STEP_MS = 60_000;

/** Series of one family each: a value for each cell, null where there is none. */
function seriesOf(families: Readonly<Record<string, readonly (number | null)[]>>): QueriedSeries[] {
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
