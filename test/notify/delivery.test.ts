import { describe, expect, test } from 'vitest';
import { retryPauseMs } from '../../src/notify/delivery.ts';

describe('retryPauseMs()', () => {
  // failed attempts | Retry-After, ms | the shortest pause, ms | the longest
  test.each([
    [1, undefined, 500, 1_000],
    [2, undefined, 1_000, 2_000],
    [3, undefined, 2_000, 4_000],
    [7, undefined, 30_000, 60_000],
    [1_000, undefined, 30_000, 60_000],
    [1, 5_000, 5_000, 5_000],
    [1, 0, 500, 1_000],
    [7, 45_000, 45_000, 60_000],
    [1, 86_400_000, 3_600_000, 3_600_000],
  ])('grows with %s failures when asked for %s', (count, afterMs, shortest, longest) => {
    expect(retryPauseMs({ count, afterMs }, 0)).toBe(shortest);
    expect(retryPauseMs({ count, afterMs }, 1 - Number.EPSILON)).toBe(longest);
  });
});
