import { describe, expect, test } from 'vitest';
import { gapAt } from '../../../src/domain/history/query.ts';
import { findSpans } from '../../../src/web/charts/spans.ts';
import { answered, HOUR_MS, MINUTE_MS, seriesOf, unanswered } from '../pasts.ts';
import { NOW } from '../states.ts';

const START = NOW - HOUR_MS;
const minute = (i: number) => START + i * MINUTE_MS;
const fullHour = Array.from({ length: 60 }, (_, i) => answered(minute(i), 50));

function spansOf(...args: Parameters<typeof seriesOf>) {
  return findSpans(seriesOf(...args)).map(({ kind, from, to }) => [
    kind,
    (from - START) / MINUTE_MS,
    (to - START) / MINUTE_MS,
  ]);
}

describe('findSpans()', () => {
  test('is content with an hour of answers', () => {
    expect(spansOf(fullHour)).toEqual([]);
  });

  test('joins failures that follow each other, until the next answer', () => {
    const points = fullHour.with(10, unanswered(minute(10))).with(11, unanswered(minute(11)));
    expect(spansOf(points.with(20, unanswered(minute(20), 'blocked')))).toEqual([
      ['failed', 10, 12],
      ['blocked', 20, 21],
    ]);
  });

  test('fills a silence between two results', () => {
    const points = [...fullHour.slice(0, 20), gapAt(minute(25)), ...fullHour.slice(30)];
    expect(spansOf(points)).toEqual([['gap', 19, 30]]);
  });

  test('sees the silence before the first result and after the last', () => {
    expect(spansOf(fullHour.slice(20, 40))).toEqual([
      ['gap', 0, 20],
      ['gap', 39, 60],
    ]);
    expect(spansOf([])).toEqual([['gap', 0, 60]]);
  });

  test('a failure before a silence counts no longer than it lasted', () => {
    const points = [answered(minute(0), 5), unanswered(minute(1)), gapAt(minute(20)), ...fullHour.slice(40)];
    expect(spansOf(points)).toEqual([
      ['failed', 1, 2],
      ['gap', 1, 40],
    ]);
  });

  test('takes cells as long as they are', () => {
    const stepMs = 15 * MINUTE_MS;
    const points = [
      answered(START, 5),
      gapAt(START + stepMs),
      gapAt(START + 2 * stepMs),
      unanswered(START + 3 * stepMs),
    ];
    expect(spansOf(points, { stepMs })).toEqual([
      ['gap', 15, 45],
      ['failed', 45, 60],
    ]);
  });
});
