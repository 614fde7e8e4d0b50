import { describe, expect, test } from 'vitest';
import type { FleetSnapshot } from '../../../src/domain/history/fleet.ts';
import { groupByBucket } from '../../../src/web/overview/buckets.ts';
import { bucketMembersOf, FLEET_PAGE_SIZE, toFleetSection } from '../../../src/web/overview/fleet.ts';
import { DEFAULT_QUERY, type OverviewQuery } from '../../../src/web/overview/query.ts';
import { fleetCredential, fleetOf, member } from '../fleet-fixtures.ts';
import { NOW } from '../states.ts';

function sectionOf(fleet: FleetSnapshot, query: Partial<OverviewQuery> = {}) {
  return toFleetSection(fleet, groupByBucket(bucketMembersOf(fleet)), { ...DEFAULT_QUERY, ...query }, NOW);
}

describe('toFleetSection()', () => {
  // fleet, heading, notices
  test.each<[FleetSnapshot, string, string[]]>([
    [fleetOf([], { readAt: undefined }), 'The fleet is being read', []],
    [
      fleetOf([], { readAt: undefined, problem: 'http://p:9090 answers 502' }),
      'The fleet',
      ['The fleet cannot be read: http://p:9090 answers 502.'],
    ],
    [fleetOf([]), 'No other Headroom in the fleet', []],
    [
      fleetOf([member('a', fleetCredential('ci', 1))], { problem: 'x', warning: 'store b is missing' }),
      '1 credential of 1 other Headroom',
      ['The fleet cannot be read: x.', 'The fleet may be incomplete: store b is missing.'],
    ],
  ])('states how much is known: %#', (fleet, total, notices) => {
    expect(sectionOf(fleet)).toMatchObject({ total, notices });
  });

  test('lists the Headroom with the worst credential first, and in it the worst credential', () => {
    const { groups, tallies, density } = sectionOf(
      fleetOf([
        member('a', fleetCredential('fine', 90)),
        member('b', fleetCredential('fine', 90), fleetCredential('dry', 0)),
        member('c', fleetCredential('fine', 90)),
      ]),
    );
    expect(groups.map(({ labels, cards }) => [labels[0]?.value, cards.map(({ name }) => name)])).toEqual([
      ['b', ['dry', 'fine']],
      ['a', ['fine']],
      ['c', ['fine']],
    ]);
    expect(tallies.map(({ label, count }) => `${count} ${label}`)).toEqual(['1 Exhausted', '3 OK']);
    expect(density).toBe('cards');
  });

  test('shows many as rows', () => {
    const many = Array.from({ length: 25 }, (_, i) => fleetCredential(`n${i}`, 90));
    expect(sectionOf(fleetOf([member('a', ...many)])).density).toBe('rows');
  });

  test('shows a page of thousands, and the way to the next', () => {
    const many = Array.from({ length: 4_000 }, (_, i) => fleetCredential(`n${i}`, 90));
    const section = sectionOf(fleetOf([member('a', ...many)]), { fleetPage: 2 });
    expect(section.groups.flatMap(({ cards }) => cards)).toHaveLength(FLEET_PAGE_SIZE);
    expect(section.pages).toEqual({ words: 'Page 2 of 40', previousUrl: './', nextUrl: '?fleet=3' });
  });

  // what is searched for: a name, a label, a source, a state
  test.each<[Partial<OverviewQuery>, string[]]>([
    [{ search: 'DRY' }, ['dry']],
    [{ search: 'north' }, ['dry', 'fine']],
    [{ search: '192.0.2.1' }, ['dry', 'fine', 'other']],
    [{ state: 'exhausted' }, ['dry']],
  ])('shows what the filter wants: %j', (query, names) => {
    const fleet = fleetOf([
      member('north', fleetCredential('dry', 0), fleetCredential('fine', 90)),
      member('south', fleetCredential('other', 90)),
    ]);
    const { groups, shown } = sectionOf(fleet, query);
    expect(groups.flatMap(({ cards }) => cards.map(({ name }) => name))).toEqual(names);
    expect(shown).toBe(names.length === 3 ? undefined : `${names.length} of 3 shown`);
  });

  test('calls a Headroom without labels something', () => {
    const [group] = sectionOf(fleetOf([{ labels: [], credentials: [fleetCredential('ci', 9)] }])).groups;
    expect(group).toMatchObject({ labels: [], title: 'Another Headroom' });
  });

  test('names the other credentials of the bucket, in any cluster', () => {
    const fleet = fleetOf([member('a', fleetCredential('ci', 9)), member('b', fleetCredential('ci', 9))]);
    const [first] = sectionOf(fleet).groups;
    expect(first?.cards[0]?.source?.sharedWith).toBe('Shared with ci (b)');
  });
});
