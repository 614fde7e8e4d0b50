import { describe, expect, test } from 'vitest';
import { reportSpending } from '../../../src/domain/spending/spending-report.ts';
import { drawSpending } from '../../../src/web/spending/chart.ts';
import { FIRST_SLOT, loss, SLOT_MS, sum } from './spending-fixtures.ts';

const RANGE = { from: FIRST_SLOT, to: FIRST_SLOT + 4 * SLOT_MS, by: ['team'] as const };
const at = (i: number) => FIRST_SLOT + i * SLOT_MS;

function draw(losses: Parameters<typeof reportSpending>[2], sums: Parameters<typeof reportSpending>[3]) {
  const report = reportSpending(RANGE, SLOT_MS, losses, sums);
  return drawSpending(
    report,
    report.rows.map(({ team = '' }) => team),
  );
}

describe('drawSpending()', () => {
  test('stacks the middles of the rows from the bottom, the largest first', () => {
    const { series, bars, counts } = draw(
      [loss(0, 100)],
      [sum({ team: 'a' }, 10, 30), sum({ team: 'b' }, 60, 60)],
    );
    expect(series).toEqual([
      { number: 0, name: 'b' },
      { number: 1, name: 'a' },
    ]);
    // The end of the axis is 8 % above the largest value.
    expect(bars).toEqual([
      { number: 0, x: '1', y: '444.4', width: '248', height: '555.6' },
      { number: 1, x: '1', y: '259.3', width: '248', height: '185.2' },
    ]);
    expect(counts.at(-1)?.words).toBe('100');
  });

  test('draws the loss as steps, interrupted where the bucket was not observed', () => {
    const { loss: path } = draw([loss(0, 100), loss(1, 0), loss(2, null), loss(3, 50)], []);
    expect(path).toBe('M0 74.1H250V1000H500M750 537H1000');
  });

  test('joins all rows after the sixth, so that nothing is left out', () => {
    const teams = Array.from({ length: 9 }, (_, i) => sum({ team: `t${i}` }, 10 - i, 10 - i));
    const { series, bars, json } = draw([], teams);
    expect(series.map(({ name }) => name)).toEqual(['t0', 't1', 't2', 't3', 't4', 't5', 'Others']);
    expect(series.at(-1)?.number).toBe(6);
    expect(bars.length).toBe(7);
    expect(JSON.parse(json).cells[0]).toEqual({
      at: at(0),
      loss: null,
      pulls: [10, 9, 8, 7, 6, 5, 4 + 3 + 2],
    });
  });

  test('has the colour of the seventh series only for several rows', () => {
    const teams = Array.from({ length: 6 }, (_, i) => sum({ team: `t${i}` }, 1, 1));
    expect(draw([], teams).series.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('escapes names for the element of the script', () => {
    const { json } = draw([], [sum({ team: '</script><!--' }, 1, 1)]);
    expect(json).not.toMatch(/[<>]/);
    expect(JSON.parse(json).series[0].name).toBe('</script><!--');
  });

  test('describes itself in words', () => {
    expect(draw([loss(0, 1_200)], [sum({ team: 'a' }, 10, 30)]).words).toBe(
      'The bucket lost 1,200 pulls, of which about 20 are explained by 1 series, per 10 minutes',
    );
    expect(draw([], []).words).toContain('a number of pulls that is not known');
  });
});
