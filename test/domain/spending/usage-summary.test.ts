import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Spender, TeamOf } from '../../../src/domain/spending/owners.ts';
import type { UsageRow } from '../../../src/domain/spending/usage-row.ts';
import {
  createUsageTally,
  USAGE_GROUPS,
  type UsageGroup,
} from '../../../src/domain/spending/usage-summary.ts';
import { usageRow } from './usage-rows.ts';

/** Every address belongs to the team of its first byte. */
const BY_NETWORK: TeamOf = ({ address, user }: Spender) => address?.split('.')[0] ?? user ?? '';

function summarize(rows: readonly UsageRow[], by: UsageGroup) {
  const tally = createUsageTally({ by, teamOf: BY_NETWORK, showAddress: (address) => address });
  for (const row of rows) tally.add(row);
  return tally.summary();
}

describe('createUsageTally()', () => {
  const rows = [
    usageRow({ pulls: 3, addresses: ['10.0.0.1', '20.0.0.1'] }),
    usageRow({ pulls: 2, addresses: ['20.0.0.1'], token: 'ci', versionChecks: 5 }),
    usageRow({ pulls: 4, addresses: [], at: Date.UTC(2026, 10, 28, 23) }),
  ];

  test('splits a row whose addresses belong to two teams', () => {
    expect(summarize(rows, 'team').totals).toEqual([
      { name: 'acmeci', pulls: 4, versionChecks: 0 },
      { name: '20', pulls: 3, versionChecks: 5 },
      { name: '10', pulls: 2, versionChecks: 0 },
    ]);
  });

  test('lists days in the order of time', () => {
    expect(summarize(rows, 'day')).toEqual({
      by: 'day',
      totals: [
        { name: '2026-11-28', pulls: 4, versionChecks: 0 },
        { name: '2026-11-29', pulls: 5, versionChecks: 5 },
      ],
      pulls: 9,
      versionChecks: 5,
      firstAt: Date.UTC(2026, 10, 28, 23),
      lastAt: Date.UTC(2026, 10, 29, 9),
      rows: 3,
    });
  });

  test('names an empty token and missing addresses by an empty name', () => {
    expect(summarize(rows, 'token').totals.map(({ name, pulls }) => [name, pulls])).toEqual([
      ['', 7],
      ['ci', 2],
    ]);
    expect(summarize(rows, 'address').totals.find(({ name }) => name === '')).toMatchObject({ pulls: 4 });
  });

  test('has no span without rows', () => {
    expect(summarize([], 'user')).toMatchObject({ totals: [], pulls: 0, firstAt: undefined, rows: 0 });
  });

  test('totals add up to the whole, to the pull', () => {
    const address = fc.constantFrom('10.0.0.1', '20.0.0.1', '30.0.0.1', '10.0.0.2');
    const row = fc.record({
      pulls: fc.nat(20),
      versionChecks: fc.nat(20),
      addresses: fc.uniqueArray(address, { maxLength: 4 }),
      user: fc.constantFrom('a', 'b', ''),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), fc.constantFrom(...USAGE_GROUPS), (given, by) => {
        const { totals, pulls, versionChecks } = summarize(given.map(usageRow), by);
        const whole = (field: 'pulls' | 'versionChecks') => given.reduce((sum, one) => sum + one[field], 0);
        expect([pulls, versionChecks]).toEqual([whole('pulls'), whole('versionChecks')]);
        expect(totals.reduce((sum, one) => sum + one.pulls, 0)).toBe(pulls);
      }),
    );
  });
});
