import { describe, expect, test } from 'vitest';
import { drawPulls, type PullChart, pullScale } from '../../../src/web/charts/drawing.ts';
import { chartEnd, drawLines, toChartForecast } from '../../../src/web/charts/lines.ts';
import { foreseen, usedUp } from '../../domain/forecasts.ts';
import { answered, HOUR_MS, seriesOf } from '../history-points.ts';
import { NOW } from '../states.ts';

const MINUTE_MS = 60_000;
const from = NOW - HOUR_MS;

function chartOf(changes: Partial<PullChart> = {}): PullChart {
  const lines = drawLines(seriesOf([answered(from, 100), answered(NOW, 50)]));
  return { from, to: NOW, end: NOW, lines, spans: [], notes: [], forecast: undefined, ...changes };
}

describe('drawPulls()', () => {
  test('puts time across and pulls up, in a square of 1,000 units', () => {
    const chart = chartOf();
    const top = pullScale(chart)?.top ?? 0;
    const drawing = drawPulls(chart);
    expect(top).toBeCloseTo(114);
    const y = (pulls: number) => Math.round((1 - pulls / top) * 10_000) / 10;
    expect(drawing?.line).toBe(`M0 ${y(100)}L1000 ${y(50)}`);
    expect(drawing?.limit).toBe(`M0 ${y(100)}H1000`);
    expect(drawing?.low).toBe(`M0 ${y(20)}H1000`);
    expect(drawing?.labels.map(({ words }) => words)).toEqual(['Limit 100', 'Low below 20']);
    expect(drawing?.counts.map(({ words }) => words)).toEqual(['0', '20', '40', '60', '80', '100']);
    expect([drawing?.cone, drawing?.refill, drawing?.now]).toEqual([undefined, undefined, undefined]);
  });

  test('has nothing to draw without a limit', () => {
    expect(drawPulls(chartOf({ lines: { remaining: [], limits: [] } }))).toBe(undefined);
  });

  test('makes a single answer visible', () => {
    const lines = drawLines(seriesOf([answered(NOW, 50)]));
    expect(drawPulls(chartOf({ lines }))?.line).toMatch(/^M996\.7 [\d.]+L1000 [\d.]+$/);
  });

  test('draws what is foreseen from the newest reading to the edge', () => {
    const future = toChartForecast(foreseen(NOW), HOUR_MS);
    const end = chartEnd(future, from, NOW);
    const drawing = drawPulls(chartOf({ forecast: future, end }));
    expect(end).toBe(NOW + HOUR_MS / 2);
    // Used up in 40 minutes at the earliest: beyond the edge, so that the cone is cut off there.
    expect(drawing?.cone?.match(/L1000 /g)?.length).toBe(2);
    expect(drawing?.cone).not.toContain('1000 1000');
    expect([drawing?.now, drawing?.exhaustion]).toEqual(['666.7', undefined]);
  });

  test('a cone that may not end is open', () => {
    const exhaustion = { earliest: NOW + 5 * MINUTE_MS, likely: NOW + 10 * MINUTE_MS, latest: null };
    const future = toChartForecast(foreseen(NOW, { exhaustion }), HOUR_MS);
    const drawing = drawPulls(chartOf({ forecast: future, end: NOW + HOUR_MS / 2 }));
    expect(drawing?.cone).toMatch(/^M666\.7 [\d.]+L722\.2 1000L1000 1000L1000 [\d.]+Z$/);
    expect(drawing?.exhaustion).toMatchObject({ x: '722.2', width: '277.8' });
  });

  test('numbers what happened, and leaves space between words', () => {
    const notes = [{ at: from + HOUR_MS / 2, kind: 'limit', words: 'Limit 100 → 200' }] as const;
    const future = {
      start: { at: NOW, pulls: 50 },
      exhaustion: undefined,
      refill: { earliest: NOW, latest: NOW + MINUTE_MS },
      limit: 100,
    };
    const drawing = drawPulls(chartOf({ notes, forecast: future, end: NOW + 10 * MINUTE_MS }));
    expect(drawing?.notes).toEqual([{ x: '42.9%', number: '1', kind: 'limit' }]);
    expect(drawing?.refill?.anchor).toBe('none');
  });
});

describe('toChartForecast()', () => {
  // forecast, whether there is something to draw
  test.each([
    [undefined, false],
    [{ kind: 'unlimited' }, false],
    [{ kind: 'unknown', reason: 'stale' }, false],
    [foreseen(NOW, { exhaustion: null, refill: null }), false],
    [foreseen(NOW), true],
    [usedUp(NOW), true],
  ] as const)('%#', (forecast, isDrawn) => {
    expect(toChartForecast(forecast, HOUR_MS) !== undefined).toBe(isDrawn);
  });

  test('is nothing beside a month', () => {
    expect(toChartForecast(foreseen(NOW), 30 * 24 * HOUR_MS)).toBe(undefined);
  });
});
