import { expect, test } from 'vitest';
import { gapAt } from '../../../src/domain/history/query.ts';
import { LOW_SHARE } from '../../../src/domain/status.ts';
import { type ChartJson, toChartJson, toDetailTable } from '../../../src/web/charts/chart-data.ts';
import { drawLines } from '../../../src/web/charts/lines.ts';
import { answered, HOUR_MS, seriesOf, unanswered } from '../history-points.ts';
import { NOW } from '../states.ts';

test('toChartJson() writes numbers that no element can be ended by', () => {
  const from = NOW - HOUR_MS;
  const series = seriesOf([answered(from, 9), answered(NOW, 8)]);
  const notes = [{ at: NOW, kind: 'source', words: 'Source </script><!--' }] as const;
  const chart = { from, to: NOW, end: NOW, lines: drawLines(series), spans: [], notes, forecast: undefined };
  const text = toChartJson(
    chart,
    seriesOf([answered(from, 9, { spent: 3 }), unanswered(NOW)], { stepMs: HOUR_MS }),
  );
  expect(text).not.toMatch(/[<>]/);
  const json = JSON.parse(text) as ChartJson;
  expect(json.notes).toEqual(notes);
  expect(json.lowShare).toBe(LOW_SHARE);
  expect(json.remaining).toEqual([
    [
      [from, 9],
      [NOW, 8],
    ],
  ]);
  expect(json.spent).toEqual([[from, 3]]);
  expect([json.spentStepMs, json.forecast]).toEqual([HOUR_MS, null]);
});

test('toDetailTable() writes the newest cell first, and a dash for what is not known', () => {
  const points = [
    answered(NOW - 3 * HOUR_MS, 1_042, { limit: 5_000, spent: 7 }),
    gapAt(NOW - 2 * HOUR_MS),
    unanswered(NOW - HOUR_MS),
  ];
  const { caption, rows } = toDetailTable(seriesOf(points, { stepMs: HOUR_MS }));
  expect(caption).toBe('Each row is an hour');
  expect(rows.map(({ datetime: _, ...row }) => Object.values(row))).toEqual([
    ['2026-11-23 20:00', '–', '–', '–', 'Failed'],
    ['2026-11-23 19:00', '–', '–', '–', '–'],
    ['2026-11-23 18:00', '1,042', '5,000', '7', 'OK'],
  ]);
});

test.each([
  [300_000, 'Each row is 5 minutes'],
  [24 * HOUR_MS, 'Each row is a day'],
  [7 * 24 * HOUR_MS, 'Each row is 7 days'],
])('toDetailTable() names cells of %i ms', (stepMs, caption) => {
  expect(toDetailTable(seriesOf([], { stepMs })).caption).toBe(caption);
});
