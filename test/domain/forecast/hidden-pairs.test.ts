import { describe, expect, test } from 'vitest';
import { hiddenPairs } from '../../../src/domain/forecast/hidden-pairs.ts';

describe('hiddenPairs()', () => {
  test('is nothing where one of the streams is silent', () => {
    expect(hiddenPairs(0, 3, 0)).toBe(0);
  });

  test('is what the conditional expectation of two Poisson streams says', () => {
    // Means 1 and 1, difference 0: the mean of k weighted by 1/(k!)^2 is I1(2) / I0(2).
    expect(hiddenPairs(1, 1, 0)).toBeCloseTo(1.59064 / 2.27959, 4);
  });

  test('is less the more is left to be seen', () => {
    expect(hiddenPairs(2, 2, 4)).toBeLessThan(hiddenPairs(2, 2, 0));
    expect(hiddenPairs(2, 2, -4)).toBe(hiddenPairs(2, 2, 4));
  });
});
