import { describe, expect, test } from 'vitest';
import { BELIEVABLE, believe, believeLimit, type Quantity } from '../../src/domain/believable.ts';

describe('believe()', () => {
  test.each(Object.keys(BELIEVABLE) as Quantity[])(
    'keeps both ends of %s, and nothing beyond',
    (quantity) => {
      const { least, most } = BELIEVABLE[quantity];
      expect([believe(quantity, least), believe(quantity, most)]).toEqual([least, most]);
      for (const beyond of [least - 1, most + 1, Number.NaN, Infinity, -Infinity, '5', null, undefined, {}]) {
        expect(believe(quantity, beyond)).toBeUndefined();
      }
    },
  );

  test('leaves sums of an instant and a window valid dates', () => {
    const latest = BELIEVABLE.instantMs.most + BELIEVABLE.windowSeconds.most * 1_000;
    expect(new Date(latest).toISOString()).toMatch(/^2100-/);
  });
});

describe('believeLimit()', () => {
  test.each([
    { stated: { limit: 100, remaining: 7, windowSeconds: 3_600 }, believed: [100, 7, 3_600] },
    {
      stated: { limit: 100, remaining: 7, windowSeconds: 21_600_000_000_000 },
      believed: [100, 7, undefined],
    },
    { stated: { limit: 1e300, remaining: 7, windowSeconds: 3_600 }, believed: undefined },
    { stated: { limit: -1, remaining: 7, windowSeconds: 3_600 }, believed: undefined },
    { stated: { limit: 100, remaining: Number.NaN, windowSeconds: 3_600 }, believed: undefined },
    { stated: { limit: '100', remaining: 7, windowSeconds: 3_600 }, believed: undefined },
  ])('reads $stated', ({ stated, believed }) => {
    const rateLimit = believeLimit(stated);
    expect(rateLimit && [rateLimit.limit, rateLimit.remaining, rateLimit.windowSeconds]).toEqual(believed);
  });
});
