import { describe, expect, test } from 'vitest';
import type { HistoryQuery } from '../../../src/domain/history/query.ts';
import { MAX_HISTORY_POINTS } from '../../../src/domain/history/query.ts';
import { evaluationOf, expressionFor, planRange } from '../../../src/history/prometheus/range-plan.ts';
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
