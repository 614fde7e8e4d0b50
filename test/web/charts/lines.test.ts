import { describe, expect, test } from 'vitest';
import { drawLines } from '../../../src/web/charts/lines.ts';
import { answered, HOUR_MS, MINUTE_MS, seriesOf, unanswered } from '../history-points.ts';
import { NOW } from '../states.ts';

const START = NOW - HOUR_MS;
const minute = (i: number) => START + i * MINUTE_MS;

describe('drawLines()', () => {
  test('leaves out what lies between two of the same', () => {
    const points = [9, 9, 9, 9, 8, 8, 8].map((left, i) => answered(minute(i), left));
    const [line] = drawLines(seriesOf(points)).remaining;
    expect(line?.map(({ at, pulls }) => [(at - START) / MINUTE_MS, pulls])).toEqual([
      [0, 9],
      [3, 9],
      [4, 8],
      [6, 8],
    ]);
  });

  // the points, how many pieces the line has, why
  test.each([
    [[answered(minute(0), 9), unanswered(minute(1)), answered(minute(2), 8)], 1, 'one failure is bridged'],
    [
      [answered(minute(0), 9), unanswered(minute(1), 'unlimited'), answered(minute(2), 8)],
      2,
      'no limit is no line',
    ],
    [[0, 1, 2, 3, 20, 21].map((i) => answered(minute(i), 9)), 2, 'a long silence breaks'],
    [[unanswered(minute(0))], 0, 'nothing is no line'],
  ])('%#: %3$s', (points, pieces) => {
    expect(drawLines(seriesOf(points)).remaining.length).toBe(pieces);
  });

  test('puts the value of a cell at its end', () => {
    const series = seriesOf([answered(START, 50)], { stepMs: HOUR_MS / 2 });
    expect(drawLines(series).remaining).toEqual([[{ at: START + HOUR_MS / 2, pulls: 50 }]]);
  });

  test('draws each limit over its time span', () => {
    const points = [100, 100, 200, 200].map((limit, i) => answered(minute(i), 50, { limit }));
    expect(drawLines(seriesOf(points)).limits).toEqual([
      { from: minute(0), to: minute(2), pulls: 100 },
      { from: minute(2), to: minute(3), pulls: 200 },
    ]);
  });
});
