import { describe, expect, test } from 'vitest';
import { reportSpending, type SpendingSum } from '../../../src/domain/spending/spending-report.ts';

const SPAN = { from: 0, to: 600_000 };
const SLOT_MS = 300_000;

function sum(at: number, namespace: string, low: number, high = low, refused = 0): SpendingSum {
  return { at, fields: { cluster: 'prod', namespace }, attempts: 1, refused, pulls: { low, high } };
}

describe('reportSpending()', () => {
  test('adds up to what the bucket lost', () => {
    const losses = [
      { at: 0, spent: 10 },
      { at: SLOT_MS, spent: 4 },
    ];
    const sums = [sum(0, 'shop', 2, 4), sum(SLOT_MS, 'shop', 2), sum(0, 'data', 5), sum(0, 'dev', 0, 0, 3)];

    const report = reportSpending({ ...SPAN, by: ['namespace'] }, SLOT_MS, losses, sums);

    expect(report).toEqual({
      ...SPAN,
      spent: 14,
      explained: { low: 9, high: 11 },
      unexplained: { low: 3, high: 5 },
      rows: [
        { namespace: 'data', pulls: { low: 5, high: 5 }, refused: 0, attempts: 1 },
        { namespace: 'shop', pulls: { low: 4, high: 6 }, refused: 0, attempts: 2 },
        { namespace: 'dev', pulls: { low: 0, high: 0 }, refused: 3, attempts: 1 },
      ],
      slotMs: SLOT_MS,
      slots: [
        {
          at: 0,
          spent: 10,
          pulls: [
            { low: 5, high: 5 },
            { low: 2, high: 4 },
            { low: 0, high: 0 },
          ],
        },
        {
          at: SLOT_MS,
          spent: 4,
          pulls: [
            { low: 0, high: 0 },
            { low: 2, high: 2 },
            { low: 0, high: 0 },
          ],
        },
      ],
    });
  });

  test.each([
    {
      lost: [5],
      sums: [sum(0, 'a', 7, 9)],
      rest: { low: 0, high: 0 },
      because: 'more is explained than observed',
    },
    {
      lost: [5],
      sums: [sum(0, 'a', 3, 9)],
      rest: { low: 0, high: 2 },
      because: 'the loss lies within the range',
    },
    { lost: [5, null], sums: [], rest: { low: 5, high: 5 }, because: 'nothing is explained' },
  ])('leaves $rest.low to $rest.high when $because', ({ lost, sums, rest }) => {
    const losses = lost.map((spent, i) => ({ at: i * SLOT_MS, spent }));

    expect(reportSpending({ ...SPAN, by: ['namespace'] }, SLOT_MS, losses, sums).unexplained).toEqual(rest);
  });

  test('knows no rest of a loss that was not observed', () => {
    const { spent, unexplained } = reportSpending({ ...SPAN, by: [] }, SLOT_MS, [{ at: 0, spent: null }], []);

    expect([spent, unexplained]).toEqual([null, null]);
  });

  test('joins rows that are equal in the fields of the query', () => {
    const { rows } = reportSpending(
      { ...SPAN, by: ['cluster'] },
      SLOT_MS,
      [],
      [sum(0, 'a', 1), sum(0, 'b', 2)],
    );

    expect(rows).toEqual([{ cluster: 'prod', pulls: { low: 3, high: 3 }, refused: 0, attempts: 2 }]);
  });
});
