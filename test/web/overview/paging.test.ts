import { describe, expect, test } from 'vitest';
import { pageOf, toPageLinks } from '../../../src/web/overview/paging.ts';

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
