import { describe, expect, test } from 'vitest';
import {
  DEFAULT_QUERY,
  pageOf,
  readOverviewQuery,
  toPageLinks,
  writeOverviewQuery,
} from '../../../src/web/overview/query.ts';

describe('readOverviewQuery()', () => {
  // parameters, what they change
  test.each([
    [{}, {}],
    [
      { q: '  ci ', state: 'low', sort: 'dry', group: 'source', page: '2', fleet: '3' },
      { search: 'ci', state: 'low', sort: 'dry', group: 'source', page: 2, fleetPage: 3 },
    ],
    [{ state: 'nice', sort: 'toString', group: ['state'], page: '-1', fleet: '1e9' }, {}],
    [{ q: 'x'.repeat(6_000) }, { search: 'x'.repeat(100) }],
    [{ page: '0' }, {}],
  ])('reads %j', (parameters, changes) => {
    expect(readOverviewQuery(parameters)).toEqual({ ...DEFAULT_QUERY, ...changes });
  });
});

describe('writeOverviewQuery()', () => {
  test.each([
    ['', {}],
    ['?q=a%26b&state=low', { search: 'a&b', state: 'low' }],
    ['?sort=name&group=state&page=2&fleet=3', { sort: 'name', group: 'state', page: 2, fleetPage: 3 }],
  ] as const)('writes %s, which is read as the same', (text, changes) => {
    const query = { ...DEFAULT_QUERY, ...changes };
    expect(writeOverviewQuery(query)).toBe(text);
    expect(readOverviewQuery(Object.fromEntries(new URLSearchParams(text)))).toEqual(query);
  });
});

const ITEMS = ['a', 'b', 'c', 'd', 'e'];

describe('pageOf()', () => {
  // the page that is wanted, the items of the one that is given, its number
  test.each([
    [1, ['a', 'b'], 1],
    [3, ['e'], 3],
    [99, ['e'], 3],
    [0, ['a', 'b'], 1],
  ])('cuts page %d', (wanted, items, number) => {
    expect(pageOf(ITEMS, 2, wanted)).toEqual({ items, number, count: 3 });
  });

  test('has one page of nothing', () => {
    expect(pageOf([], 2, 1)).toEqual({ items: [], number: 1, count: 1 });
  });
});

describe('toPageLinks()', () => {
  const linksTo = (wanted: number) => toPageLinks(pageOf(ITEMS, 2, wanted), (number) => `?page=${number}`);

  test('leads to the pages beside it, and nowhere beyond the ends', () => {
    expect(linksTo(1)).toEqual({ words: 'Page 1 of 3', previousUrl: undefined, nextUrl: '?page=2' });
    expect(linksTo(3)).toEqual({ words: 'Page 3 of 3', previousUrl: '?page=2', nextUrl: undefined });
  });

  test('is not there where one page holds all', () => {
    expect(toPageLinks(pageOf(ITEMS, 5, 1), String)).toBeUndefined();
  });
});
