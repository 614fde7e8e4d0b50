import { describe, expect, test } from 'vitest';
import { isUsefulRate, isUsefulSpan } from '../../../src/domain/forecast/useful-range.ts';

const MINUTE_MS = 60_000;

describe('isUsefulRate()', () => {
  // pulls within an hour, from and to, and whether that helps to decide
  test.each([
    [12, 621, false],
    [62, 118, true],
    [100, 400, true],
    [100, 401, false],
    [0, 20, true],
    [0, 21, false],
    [0, 0, true],
  ])('of %d to %d pulls is %s', (low, high, isUseful) => {
    expect(isUsefulRate({ low, high })).toBe(isUseful);
  });
});

describe('isUsefulSpan()', () => {
  // minutes from now, from and to
  test.each([
    [0, 60, true],
    [0, 61, false],
    [40, 120, true],
    [5, 300, false],
    [60, 240, true],
    [-10, 30, true],
  ])('from %d to %d minutes is %s', (from, to, isUseful) => {
    const now = Date.UTC(2026, 10, 23);
    expect(isUsefulSpan(now + from * MINUTE_MS, now + to * MINUTE_MS, now)).toBe(isUseful);
  });
});
