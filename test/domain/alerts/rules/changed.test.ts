import { describe, expect, test } from 'vitest';
import {
  confirmBaseline,
  differs,
  evaluateChanged,
  isExpired,
} from '../../../../src/domain/alerts/rules/changed.ts';
import type { BucketReading } from '../../../../src/domain/alerts/rules/remaining-pulls.ts';
import type { Limited } from '../../../../src/domain/result.ts';
import { FAILED, left, MINUTE_MS, NOW, snapshotWith } from '../snapshots.ts';

const DAY_MS = 24 * 3_600_000;
const BASELINE = { limit: 100, windowSeconds: 3_600, seenAt: NOW };

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
    expect(confirmBaseline(undefined, readingOf(0))).toEqual(BASELINE);
  });

  test('stays the same object for a day, as each new one is written', () => {
    expect(confirmBaseline(BASELINE, readingOf(DAY_MS - 1))).toBe(BASELINE);
    expect(confirmBaseline(BASELINE, readingOf(DAY_MS))).toEqual({ ...BASELINE, seenAt: NOW + DAY_MS });
  });

  test('adds a window that was not named before, and removes none', () => {
    const unnamed = { ...BASELINE, windowSeconds: undefined };
    expect(confirmBaseline(unnamed, readingOf(1))).toEqual({ ...BASELINE, seenAt: NOW + 1 });
    expect(confirmBaseline(BASELINE, readingOf(DAY_MS, { windowSeconds: undefined }))).toMatchObject({
      windowSeconds: 3_600,
    });
  });

  test('ignores a reading without a limit', () => {
    expect(confirmBaseline(BASELINE, { kind: 'unlimited', at: NOW + DAY_MS })).toBe(BASELINE);
    expect(confirmBaseline(undefined, { kind: 'unlimited', at: NOW })).toBeUndefined();
  });
});

test('isExpired() after 30 days', () => {
  expect(isExpired(BASELINE, NOW + 30 * DAY_MS)).toBe(false);
  expect(isExpired(BASELINE, NOW + 30 * DAY_MS + 1)).toBe(true);
});

const CONTEXT = { isExhausted: false, now: NOW };
const BEFORE = { limit: 100, windowSeconds: 21_600, seenAt: NOW - 60_000 };

describe('evaluateChanged()', () => {
  test('uses the first answer as the baseline', () => {
    const { evaluation, baseline } = evaluateChanged(
      [snapshotWith({ known: left(5) })],
      undefined,
      undefined,
      CONTEXT,
    );
    expect(evaluation.verdict).toBe('clear');
    expect(baseline).toMatchObject({ limit: 100, windowSeconds: 3_600 });
  });

  test.each([
    ['another window', { windowSeconds: 3_600 }, 'holds'],
    ['another limit', { limit: 10, windowSeconds: 21_600 }, 'holds'],
    ['no window named', { windowSeconds: undefined }, 'clear'],
    ['the same', { windowSeconds: 21_600 }, 'clear'],
    ['a login metered as anonymous', { limit: 10, downgraded: true }, 'unknown'],
  ])('%s', (_, differences, verdict) => {
    const members = [snapshotWith({ known: left(5, differences) })];
    const { evaluation, baseline } = evaluateChanged(members, BEFORE, undefined, CONTEXT);
    expect(evaluation.verdict).toBe(verdict);
    expect(baseline).toBe(BEFORE);
  });

  test('states what it was before', () => {
    const { evaluation } = evaluateChanged([snapshotWith({ known: left(5) })], BEFORE, undefined, CONTEXT);
    expect(evaluation).toMatchObject({
      facts: { before: { limit: 100, windowSeconds: 21_600 }, windowSeconds: 3_600 },
    });
  });

  test('a failed probe changes nothing', () => {
    const { evaluation, baseline } = evaluateChanged(
      [snapshotWith({ latest: FAILED })],
      BEFORE,
      undefined,
      CONTEXT,
    );
    expect(evaluation.verdict).toBe('unknown');
    expect(baseline).toBe(BEFORE);
  });
});
