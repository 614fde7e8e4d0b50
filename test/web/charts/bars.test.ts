import { describe, expect, test } from 'vitest';
import { barStep, drawBars } from '../../../src/web/charts/bars.ts';
import { answered, HOUR_MS, seriesOf } from '../history-points.ts';
import { NOW } from '../states.ts';

const DAY_MS = 24 * HOUR_MS;

describe('barStep()', () => {
  // hours of the range, minutes of a bar
  test.each([
    [1, 5],
    [6, 60],
    [24, 60],
    [168, 60],
    [720, 1_440],
    [2_160, 1_440],
    [20_000, 10_080],
  ])('of %i hours is %i minutes', (hours, minutes) => {
    expect(barStep(NOW - hours * HOUR_MS, NOW)).toBe(minutes * 60_000);
  });
});

describe('drawBars()', () => {
  const from = NOW - 4 * HOUR_MS;
  const spent = [10, 0, null, 5];
  const points = spent.map((pulls, i) => answered(from + i * HOUR_MS, 50, { spent: pulls }));

  test('draws what was spent, and nothing where there was no probe', () => {
    const drawing = drawBars(seriesOf(points, { from, stepMs: HOUR_MS }), NOW);
    expect([drawing.title, drawing.total]).toEqual(['Pulls spent per hour', 15]);
    expect(
      drawing.bars.map(({ x, height }) => [Math.round(Number(x) / 10), Math.round(Number(height))]),
    ).toEqual([
      [0, 926],
      [75, 463],
    ]);
  });

  test.each([
    [300_000, 'Pulls spent per 5 minutes'],
    [DAY_MS, 'Pulls spent per day'],
    [7 * DAY_MS, 'Pulls spent per 7 days'],
  ])('of %i ms is called %j', (stepMs, title) => {
    expect(drawBars(seriesOf([], { stepMs }), NOW).title).toBe(title);
  });
});
