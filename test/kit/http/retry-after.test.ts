import { describe, expect, test } from 'vitest';
import { readRetryAfter } from '../../../src/kit/http/retry-after.ts';

const NOW = Date.parse('2026-11-24T02:14:20Z');

describe('readRetryAfter()', () => {
  // header | milliseconds
  test.each([
    ['30', 30_000],
    ['0', 0],
    ['0.65', 650],
    [' 1.0001 ', 1_001],
    ['Tue, 24 Nov 2026 02:15:20 GMT', 60_000],
    ['Tue, 24 Nov 2026 02:13:20 GMT', 0],
    ['-5', undefined],
    ['soon', undefined],
    ['1e9', undefined],
    // more than a day is not believed
    ['99999999999999999999', 86_400_000],
    ['Tue, 24 Nov 2099 02:15:20 GMT', 86_400_000],
    ['2026', 2_026_000],
    ['', undefined],
    [undefined, undefined],
  ])('reads %j', (header, expected) => {
    expect(readRetryAfter(header, NOW)).toBe(expected);
  });
});
