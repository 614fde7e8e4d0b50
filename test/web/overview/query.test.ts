import { describe, expect, test } from 'vitest';
import { readOverviewQuery, WHOLE_OVERVIEW, writeOverviewQuery } from '../../../src/web/overview/query.ts';

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
    expect(readOverviewQuery(parameters)).toEqual({ ...WHOLE_OVERVIEW, ...changes });
  });
});

describe('writeOverviewQuery()', () => {
  test.each([
    ['', {}],
    ['?q=a%26b&state=low', { search: 'a&b', state: 'low' }],
    ['?sort=name&group=state&page=2&fleet=3', { sort: 'name', group: 'state', page: 2, fleetPage: 3 }],
  ] as const)('writes %s, which is read as the same', (text, changes) => {
    const query = { ...WHOLE_OVERVIEW, ...changes };
    expect(writeOverviewQuery(query)).toBe(text);
    expect(readOverviewQuery(Object.fromEntries(new URLSearchParams(text)))).toEqual(query);
  });
});
