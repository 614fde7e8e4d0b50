import { describe, expect, test } from 'vitest';
import type { CredentialState } from '../../../src/domain/credential-state.ts';
import { STATUSES } from '../../../src/domain/status.ts';
import type { BucketCard } from '../../../src/web/overview/bucket-card.ts';
import { type OverviewPage, PAGE_SIZE, toOverviewPage } from '../../../src/web/overview/page.ts';
import { DEFAULT_QUERY, type OverviewQuery } from '../../../src/web/overview/query.ts';
import { failure, metered, NOW, STATE_IN, STATES, snapshotOf, stateAfter } from '../states.ts';

function pageOf(states: readonly CredentialState[], query: Partial<OverviewQuery> = {}) {
  return toOverviewPage({
    snapshots: states.map((state) => snapshotOf(state)),
    fleet: undefined,
    courseOf: () => undefined,
    routeOf: () => ({}),
    query: { ...DEFAULT_QUERY, ...query },
    eventId: 'run-1',
    now: NOW,
  });
}

function cardsOf(page: OverviewPage): readonly BucketCard[] {
  return page.groups.flatMap(({ cards }) => cards);
}

/** The given number of buckets. */
function accounts(count: number): CredentialState[] {
  return Array.from({ length: count }, (_, i) => stateAfter(`c${i}`, [metered(50, 100, `account${i}`)]));
}

describe('toOverviewPage()', () => {
  test('lists the worst first, and then by name with numbers by value', () => {
    const others = ['n10', 'n9'].map((name) => stateAfter(name, [metered(90, 100, name)]));
    const cards = cardsOf(pageOf([...others, ...STATES.toReversed()]));
    expect(cards.map(({ status }) => status)).toEqual([...STATUSES.slice(0, -1), 'ok', 'ok', 'unlimited']);
    expect(cards.slice(7, 10).map(({ members }) => members[0]?.name)).toEqual(['team', 'n9', 'n10']);
  });

  test('has one card for each bucket, with the names of all its credentials', () => {
    const states = ['a', 'b'].map((name) => stateAfter(name, [metered(50, 100, '192.0.2.1')]));
    const page = pageOf(states);
    expect(page.total).toBe('1 bucket');
    expect(cardsOf(page).map(({ members }) => members.map(({ name }) => name))).toEqual([['a', 'b']]);
  });

  test('counts the credentials in each state, each with a link that shows them alone', () => {
    const page = pageOf([...STATES, stateAfter('again', [metered(0, 100)])], { sort: 'name' });
    expect(page.tallies[0]).toMatchObject({
      label: 'Exhausted',
      count: '2',
      url: '?state=exhausted&sort=name',
    });
    const filtered = pageOf(STATES, { state: 'low' });
    expect(filtered.total).toBe('1 of 9 shown');
    expect(filtered.tallies.find(({ isCurrent }) => isCurrent)).toMatchObject({ label: 'Low', url: './' });
    expect(filtered.allUrl).toBe('./');
  });

  test('reports that the filter matches nothing', () => {
    expect(pageOf(STATES, { search: 'nobody' })).toMatchObject({
      isNothingFound: true,
      total: '0 of 9 shown',
    });
    expect(pageOf([])).toMatchObject({ isNothingFound: false, hasBuckets: false });
  });

  test('groups by state under its words', () => {
    const { groups } = pageOf([STATE_IN.ok, STATE_IN.low], { group: 'state' });
    expect(groups.map(({ title, cards }) => [title, cards.length])).toEqual([
      ['Low', 1],
      ['OK', 1],
    ]);
  });

  test('shows a page of a thousand buckets, and the way to the next', () => {
    const page = pageOf(accounts(1_000), { page: 2, search: 'c' });
    expect(cardsOf(page)).toHaveLength(PAGE_SIZE);
    expect(page.pages).toEqual({ words: 'Page 2 of 10', previousUrl: '?q=c', nextUrl: '?q=c&page=3' });
  });

  // states, title, tone: the worst decides
  test.each([
    [STATES, 'Exhausted (1)', 'bad'],
    [[STATE_IN.low, STATE_IN.ok], 'Low (1)', 'warn'],
    [[STATE_IN.waiting], 'Not checked yet (1)', 'neutral'],
    [[STATE_IN.ok, STATE_IN.unlimited], 'OK', 'good'],
    [[STATE_IN.unlimited], 'Unlimited', 'good'],
    [[], 'No credential is configured', 'neutral'],
  ])('titles %#', (states, title, tone) => {
    expect(pageOf(states)).toMatchObject({ title, tone });
  });

  test('turns from cards to rows beyond two dozen', () => {
    const states = accounts(25);
    expect(pageOf(states.slice(1)).density).toBe('cards');
    expect(pageOf(states).density).toBe('rows');
  });

  test('shows a shared problem once', () => {
    const states = ['a', 'b'].map((name) => stateAfter(name, [failure('dns', 'ENOTFOUND')]));
    expect(pageOf(states)).toMatchObject({
      total: '2 credentials',
      sharedProblem: { headline: 'Docker Hub cannot be reached' },
    });
    expect(cardsOf(pageOf(states)).flatMap(({ problems }) => problems)).toEqual([]);
    expect(pageOf([...states, STATE_IN.ok]).sharedProblem).toBeUndefined();
  });
});
