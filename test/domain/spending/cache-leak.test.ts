import { describe, expect, test } from 'vitest';
import { hitRatio, judgeBalance } from '../../../src/domain/spending/cache-leak.ts';

describe('judgeBalance()', () => {
  // pulls lost, pulls that the misses explain, the verdict
  test.each([
    [0, 0, 'tight'],
    [2, 0, 'tight'],
    [4, 0, 'between'],
    [5, 0, 'between'],
    [6, 0, 'leak'],
    [20, 25, 'tight'],
    [25, 20, 'between'],
    [26, 20, 'leak'],
    [110, 100, 'tight'],
    [125, 100, 'between'],
    [126, 100, 'leak'],
  ])('%i lost and %i missed: %s', (lost, missed, verdict) => {
    expect(judgeBalance({ from: 0, to: 3_600_000, lost, missed })).toBe(verdict);
  });
});

test('hitRatio() is unknown without requests', () => {
  expect(hitRatio({ requests: 0, misses: 0 })).toBeUndefined();
  expect(hitRatio({ requests: 4, misses: 1 })).toBe(0.75);
});
