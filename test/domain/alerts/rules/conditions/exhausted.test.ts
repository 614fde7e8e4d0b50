import { describe, expect, test } from 'vitest';
import { evaluateExhausted } from '../../../../../src/domain/alerts/rules/conditions/exhausted.ts';
import { FAILED, left, MINUTE_MS, NOW, watchedOf } from '../../watched-of.ts';

const CONTEXT = { isExhausted: false, now: NOW };

describe('evaluateExhausted()', () => {
  test.each([
    // remaining, how long that must last, in minutes
    ['a little has come back', 5, 60],
    ['a tenth has come back', 10, 30],
    ['a quarter has come back', 25, 0],
    ['everything has come back, which the hub has said by mistake', 100, 1.5],
  ])('clears when %s, as soon as it has lasted', (_, remaining, minutes) => {
    const members = [watchedOf({ known: left(remaining) })];

    const evaluation = evaluateExhausted(members, CONTEXT);

    expect(evaluation).toMatchObject({ verdict: 'clear', settleMs: minutes * MINUTE_MS });
  });

  test.each([[0], [-3]])('holds at %d', (remaining) => {
    const evaluation = evaluateExhausted([watchedOf({ known: left(remaining) })], CONTEXT);
    expect(evaluation).toMatchObject({ verdict: 'holds', since: NOW - MINUTE_MS, facts: { remaining } });
  });

  test('holds through a failed probe as long as the value is believed', () => {
    const evaluation = evaluateExhausted([watchedOf({ known: left(0), latest: FAILED })], CONTEXT);
    expect(evaluation.verdict).toBe('holds');
  });

  test('says nothing once the value is too old, or where there is none', () => {
    const old = watchedOf({ known: left(50), knownAt: NOW - 4 * MINUTE_MS, latest: FAILED });
    expect(evaluateExhausted([old], CONTEXT).verdict).toBe('unknown');
    expect(evaluateExhausted([watchedOf({ latest: FAILED })], CONTEXT).verdict).toBe('unknown');
  });

  test('believes the lowest of one round of polls, and the newest of two', () => {
    const empty = watchedOf({ name: 'a', known: left(0), knownAt: NOW - 5_000 });
    const full = watchedOf({ name: 'b', known: left(100), knownAt: NOW - 1_000 });
    const before = watchedOf({ name: 'c', known: left(0), knownAt: NOW - MINUTE_MS });
    expect(evaluateExhausted([empty, full], CONTEXT).verdict).toBe('holds');
    expect(evaluateExhausted([before, full], CONTEXT).verdict).toBe('clear');
  });

  test('clears at once when nothing is metered any more', () => {
    const paid = watchedOf({ known: { kind: 'unlimited', source: undefined } });
    expect(evaluateExhausted([paid], CONTEXT)).toMatchObject({ verdict: 'clear', settleMs: 0 });
  });

  test('takes an unnamed window for six hours', () => {
    const members = [watchedOf({ known: left(1, { windowSeconds: undefined }) })];
    expect(evaluateExhausted(members, CONTEXT)).toMatchObject({ settleMs: 360 * MINUTE_MS });
  });
});
