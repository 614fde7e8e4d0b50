import { describe, expect, test } from 'vitest';
import type { CredentialSnapshot } from '../../../src/domain/credential-snapshot.ts';
import type { RecentUsage } from '../../../src/domain/forecast/recent-usage.ts';
import { toBuckets } from '../../../src/web/overview/buckets.ts';
import { groupBuckets, selectBuckets } from '../../../src/web/overview/order.ts';
import { DEFAULT_QUERY, type OverviewQuery } from '../../../src/web/overview/query.ts';
import { foreseen } from '../../domain/forecasts.ts';
import { failure, metered, NOW, snapshotOf, stateAfter } from '../states.ts';

const MINUTE_MS = 60_000;

function dryIn(minutes: number) {
  const likely = NOW + minutes * MINUTE_MS;
  return {
    forecast: foreseen(NOW, { exhaustion: { earliest: NOW, likely, latest: null } }),
    pool: undefined,
  };
}

const VIEWS: readonly CredentialSnapshot[] = [
  snapshotOf(stateAfter('b-10', [metered(90, 100, 'acmeb')]), dryIn(30)),
  snapshotOf(stateAfter('b-9', [metered(40, 100, '2001:db8::')]), dryIn(10)),
  snapshotOf(stateAfter('a', [metered(5, 100, '192.0.2.1')])),
  snapshotOf(stateAfter('c', [failure('dns')])),
];
const SPENT: Readonly<Record<string, number>> = { 'b-10': 3, a: 70 };

function courseOf(name: string): RecentUsage | undefined {
  const spentLastHour = SPENT[name];
  return spentLastHour === undefined
    ? undefined
    : { from: 0, to: NOW, limit: 100, points: [], spentLastHour };
}

function select(query: Partial<OverviewQuery>): (string | undefined)[] {
  const whole = { ...DEFAULT_QUERY, ...query };
  return selectBuckets(toBuckets(VIEWS), whole, courseOf).map(({ members }) => members[0]?.snapshot.name);
}

describe('selectBuckets()', () => {
  // the requested order, and the first names of the buckets
  test.each<[Partial<OverviewQuery>, string[]]>([
    [{}, ['c', 'a', 'b-9', 'b-10']],
    [{ sort: 'name' }, ['a', 'b-9', 'b-10', 'c']],
    [{ sort: 'remaining' }, ['a', 'b-9', 'b-10', 'c']],
    [{ sort: 'dry' }, ['b-9', 'b-10', 'c', 'a']],
    [{ sort: 'spent' }, ['a', 'b-10', 'c', 'b-9']],
    [{ search: 'B-' }, ['b-9', 'b-10']],
    [{ search: '2001:' }, ['b-9']],
    [{ state: 'low' }, ['a']],
    [{ group: 'source' }, ['a', 'b-9', 'b-10', 'c']],
    [{ group: 'state', sort: 'name' }, ['c', 'a', 'b-9', 'b-10']],
  ])('%j', (query, names) => {
    expect(select(query)).toEqual(names);
  });
});

describe('groupBuckets()', () => {
  test('puts buckets of one kind of source under its name', () => {
    const groups = groupBuckets(
      selectBuckets(toBuckets(VIEWS), { ...DEFAULT_QUERY, group: 'source' }, courseOf),
      'source',
    );
    expect(groups.map(({ title, state }) => [title, state])).toEqual([
      ['IPv4 addresses', undefined],
      ['IPv6 prefixes', undefined],
      ['Accounts', undefined],
      ['Source not known', undefined],
    ]);
  });

  test('has one group without a name where nothing is grouped', () => {
    const buckets = toBuckets(VIEWS);
    expect(groupBuckets(buckets, 'none')).toEqual([{ title: undefined, state: undefined, buckets }]);
  });
});
