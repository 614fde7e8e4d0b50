import { describe, expect, test } from 'vitest';
import { toWeekHeatmap } from '../../../src/web/charts/heatmap-week.ts';
import { answered, HOUR_MS, seriesOf } from '../history-points.ts';

/** 2026-11-16 was a Monday. */
const MONDAY = Date.UTC(2026, 10, 16);
const WEEK_MS = 168 * HOUR_MS;

function hour(day: number, ofDay: number, spent: number | null, week = 0) {
  return answered(MONDAY + week * WEEK_MS + (day * 24 + ofDay) * HOUR_MS, 50, { spent });
}

describe('toWeekHeatmap()', () => {
  test('averages the same hour of several weeks', () => {
    const week = toWeekHeatmap(
      seriesOf([hour(0, 9, 10), hour(0, 9, 30, 1), hour(0, 9, null, 2), hour(6, 23, 0)]),
    );
    expect(week.days[0]?.name).toBe('Monday');
    expect(week.days[0]?.hours[9]).toEqual({ level: '5', words: '20 pulls on average', count: '20' });
    expect(week.days[6]?.hours[23]).toEqual({ level: '0', words: '0 pulls on average', count: '0' });
    expect(week.days[3]?.hours[12]).toEqual({ level: 'unknown', words: 'not observed yet', count: '' });
    expect(week.busiest).toBe('Busiest: Mondays from 09:00 UTC, 20 pulls on average');
    expect([week.isComplete, week.isEmpty]).toEqual([false, false]);
  });

  // averages, their levels
  test.each([
    [
      [100, 80, 79, 20, 1, 0],
      ['5', '5', '4', '2', '1', '0'],
    ],
    [[1], ['5']],
    [[0], ['0']],
  ])('grades %j', (averages, levels) => {
    const week = toWeekHeatmap(seriesOf(averages.map((spent, i) => hour(0, i, spent))));
    expect(week.days[0]?.hours.slice(0, averages.length).map(({ level }) => level)).toEqual(levels);
  });

  test('has a scale that states what the levels mean', () => {
    const words = (spent: number) =>
      toWeekHeatmap(seriesOf([hour(0, 0, spent)])).scale.map((step) => step.words);
    expect(words(50)).toEqual(['none', 'to 10', 'to 20', 'to 30', 'to 40', 'to 50']);
    expect(words(1)).toEqual(['none', 'to 0.2', 'to 0.4', 'to 0.6', 'to 0.8', 'to 1']);
    expect(words(0)).toEqual(['none']);
  });

  test('is complete after a week, and empty before the first hour', () => {
    const all = Array.from({ length: 168 }, (_, i) => hour(0, i, 1));
    expect(toWeekHeatmap(seriesOf(all)).isComplete).toBe(true);
    expect(toWeekHeatmap(seriesOf([])).isEmpty).toBe(true);
  });
});
