import { describe, expect, test } from 'vitest';
import { largestSpenders } from '../../../src/domain/spending/largest-spenders.ts';
import type { SpendingRow } from '../../../src/domain/spending/spending-report.ts';

function row(team: string, workload: string, low: number, high = low): SpendingRow {
  return { team, workload, pulls: { low, high }, refused: 0, attempts: 1 };
}

function spendersOf(rows: readonly SpendingRow[]) {
  return largestSpenders({ rows, spent: 60, unexplained: { low: 1, high: 2 } }, []);
}

describe('largestSpenders()', () => {
  test('names the three teams with the most pulls, by the middle of their ranges', () => {
    const { spenders, others } = spendersOf([
      row('a', 'a/Deployment/x', 0, 30),
      row('b', 'b/Deployment/x', 20),
      row('c', 'c/Deployment/x', 16),
      row('d', 'd/Deployment/x', 2),
      row('e', 'e/Deployment/x', 1),
    ]);

    expect(spenders.map(({ team }) => team)).toEqual(['b', 'c', 'a']);
    expect(others).toBe(2);
  });

  test('sums the workloads of a team, over its namespaces', () => {
    const { spenders } = spendersOf([
      row('shop', 'shop-eu/Deployment/web', 5, 7),
      row('shop', 'shop-us/CronJob/sync', 4),
    ]);

    expect(spenders).toEqual([
      { team: 'shop', pulls: { low: 9, high: 11 }, workload: 'shop-eu/web', part: 'most' },
    ]);
  });

  // pulls of the workloads | how much the largest explains
  test.each([
    [[8], 'all'],
    [[8, 7], 'most'],
    [[8, 8], 'some'],
    [[8, 5, 4], 'some'],
  ] as const)('%j: the largest workload explains %s', (pulls, part) => {
    const rows = pulls.map((count, i) => row('shop', `shop/Deployment/${i}`, count));

    expect(spendersOf(rows).spenders).toMatchObject([{ workload: 'shop/0', part }]);
  });

  test('omits teams that certainly spent nothing, also if their pulls were refused', () => {
    const refused = { ...row('etl', 'etl/Job/load', 0), refused: 9 };

    expect(spendersOf([refused, row('shop', 'shop/Deployment/web', 0, 2)])).toMatchObject({
      spenders: [{ team: 'shop' }],
      others: 0,
    });
  });

  test('teams with equal pulls are in the order of their names', () => {
    const { spenders } = spendersOf([row('b', 'b/Pod/x', 1), row('a', 'a/Pod/x', 1)]);

    expect(spenders.map(({ team }) => team)).toEqual(['a', 'b']);
  });

  test('keeps the loss, the rest and the clusters that cannot be read', () => {
    expect(largestSpenders({ rows: [], spent: null, unexplained: null }, ['prod'])).toEqual({
      spenders: [],
      others: 0,
      spent: null,
      unexplained: null,
      unread: ['prod'],
    });
  });
});
