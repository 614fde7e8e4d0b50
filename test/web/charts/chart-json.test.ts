import { expect, test } from 'vitest';
import { LOW_SHARE } from '../../../src/domain/status.ts';
import { type ChartJson, toChartJson } from '../../../src/web/charts/chart-json.ts';
import { drawLines } from '../../../src/web/charts/line.ts';
import { answered, HOUR_MS, seriesOf, unanswered } from '../pasts.ts';
import { NOW } from '../states.ts';

test('toChartJson() writes numbers that no element can be ended by', () => {
  const from = NOW - HOUR_MS;
  const series = seriesOf([answered(from, 9), answered(NOW, 8)]);
  const notes = [{ at: NOW, kind: 'source', words: 'Source </script><!--' }] as const;
  const chart = { from, to: NOW, end: NOW, lines: drawLines(series), spans: [], notes, future: undefined };
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
  expect([json.spentStepMs, json.future]).toEqual([HOUR_MS, null]);
});
