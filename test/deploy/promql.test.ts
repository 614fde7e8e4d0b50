import { describe, expect, test } from 'vitest';
import { inTimeLapse, selectorsOf, shortened, withVariables } from './promql.ts';

describe('selectorsOf()', () => {
  test('finds each selector with its matchers and the functions around it', () => {
    const query = 'sum by (a) (rate(b_total{job=~"x", c="}"}[5m])) / on (a) max(d) + {__name__="e"}';
    expect(selectorsOf(query)).toEqual([
      { metric: 'b_total', matchers: 'job=~"x", c="}"', within: ['rate'] },
      { metric: 'd', matchers: '', within: [] },
      { metric: undefined, matchers: '__name__="e"', within: [] },
    ]);
  });

  test.each(['sum by (a', 'rate(b[$__rate_interval])', 'a{b=}', ''])('refuses %o', (query) => {
    expect(() => selectorsOf(query)).toThrow(SyntaxError);
  });
});

describe('withVariables()', () => {
  test('puts in what is given, and leaves the rest', () => {
    const variables = { job: '.+', __rate_interval: '4m' };
    expect(withVariables('rate(a{job=~"$job", b="$b"}[$__rate_interval])', variables)).toBe(
      'rate(a{job=~".+", b="$b"}[4m])',
    );
  });
});

describe('inTimeLapse()', () => {
  // query, the same where an hour is a minute
  test.each([
    ['rate(a[1h])', 'rate(a[60000ms])'],
    ['max_over_time((a offset 1m)[6h:1m])', 'max_over_time((a offset 1000ms)[360000ms:1000ms])'],
    ['a < 15 * 60', 'a < 15 * 60'],
  ])('makes %s %s', (query, expected) => {
    expect(inTimeLapse(query, 60)).toBe(expected);
  });
});

describe('shortened()', () => {
  test('accepts compound durations', () => {
    expect(shortened('1h30m', 60)).toBe('90000ms');
  });
});
