import { describe, expect, test } from 'vitest';
import { confirmBaseline, differs, isForgotten } from '../../../../src/domain/alerts/rules/baseline.ts';
import type { BucketReading } from '../../../../src/domain/alerts/rules/bucket-reading.ts';
import type { Limited } from '../../../../src/domain/result.ts';
import { left, MINUTE_MS, NOW } from '../watched-of.ts';

const DAY_MS = 24 * 3_600_000;
const BEFORE = { limit: 100, windowSeconds: 3_600, seenAt: NOW };

function readingOf(afterMs: number, differences: Partial<Limited> = {}): BucketReading {
  return { kind: 'limited', at: NOW + afterMs, intervalMs: MINUTE_MS, limited: left(50, differences) };
}

describe('differs()', () => {
  // limit and window before, limit and window now
  test.each([
    [100, 3_600, 100, 3_600, false],
    [100, 3_600, 200, 3_600, true],
    [100, 21_600, 100, 3_600, true],
    [100, undefined, 100, 3_600, false],
    [100, 3_600, 100, undefined, false],
    [100, undefined, 10, undefined, true],
  ])('%j in %j, then %j in %j: %j', (limit, windowSeconds, limitNow, windowNow, expected) => {
    expect(differs({ limit, windowSeconds }, { limit: limitNow, windowSeconds: windowNow })).toBe(expected);
  });
});

describe('confirmBaseline()', () => {
  test('begins with the first reading', () => {
    expect(confirmBaseline(undefined, readingOf(0))).toEqual(BEFORE);
  });

  test('stays the same object for a day, as each new one is written', () => {
    expect(confirmBaseline(BEFORE, readingOf(DAY_MS - 1))).toBe(BEFORE);
    expect(confirmBaseline(BEFORE, readingOf(DAY_MS))).toEqual({ ...BEFORE, seenAt: NOW + DAY_MS });
  });

  test('learns a window that was not named before, and unlearns none', () => {
    const unnamed = { ...BEFORE, windowSeconds: undefined };
    expect(confirmBaseline(unnamed, readingOf(1))).toEqual({ ...BEFORE, seenAt: NOW + 1 });
    expect(confirmBaseline(BEFORE, readingOf(DAY_MS, { windowSeconds: undefined }))).toMatchObject({
      windowSeconds: 3_600,
    });
  });

  test('learns nothing from what is not limited', () => {
    expect(confirmBaseline(BEFORE, { kind: 'unlimited', at: NOW + DAY_MS })).toBe(BEFORE);
    expect(confirmBaseline(undefined, { kind: 'unlimited', at: NOW })).toBeUndefined();
  });
});

test('isForgotten() after 30 days', () => {
  expect(isForgotten(BEFORE, NOW + 30 * DAY_MS)).toBe(false);
  expect(isForgotten(BEFORE, NOW + 30 * DAY_MS + 1)).toBe(true);
});
