import { describe, expect, test } from 'vitest';
import { evaluateLow } from '../../../../../src/domain/alerts/rules/conditions/low.ts';
import { left, NOW, watchedOf } from '../../watched-of.ts';

const SHARE = {
  when: 'low',
  below: { unit: 'share', share: 0.2 },
  clearAt: { unit: 'share', share: 0.25 },
} as const;
const PULLS = {
  when: 'low',
  below: { unit: 'pulls', pulls: 30 },
  clearAt: { unit: 'pulls', pulls: 40 },
} as const;

describe('evaluateLow()', () => {
  test.each([
    // remaining of 100
    [19, 'holds'],
    [20, 'stays'],
    [24, 'stays'],
    [25, 'clear'],
  ])('by share: %d of 100 %s', (remaining, verdict) => {
    const members = [watchedOf({ known: left(remaining) })];
    expect(evaluateLow(members, SHARE, { isExhausted: false, now: NOW }).verdict).toBe(verdict);
  });

  test.each([
    [29, 'holds'],
    [39, 'stays'],
    [40, 'clear'],
  ])('by pulls: %d %s', (remaining, verdict) => {
    const members = [watchedOf({ known: left(remaining) })];
    expect(evaluateLow(members, PULLS, { isExhausted: false, now: NOW }).verdict).toBe(verdict);
  });

  test('neither begins nor ends while people are told that the bucket is exhausted', () => {
    const members = [watchedOf({ known: left(0) })];
    expect(evaluateLow(members, SHARE, { isExhausted: true, now: NOW }).verdict).toBe('stays');
    expect(evaluateLow(members, SHARE, { isExhausted: false, now: NOW }).verdict).toBe('holds');
  });

  test('a full bucket is not low, however many pulls are asked for', () => {
    const members = [watchedOf({ known: left(10, { limit: 10 }) })];
    expect(evaluateLow(members, PULLS, { isExhausted: false, now: NOW }).verdict).toBe('clear');
  });

  test('doubts a bucket that is suddenly full', () => {
    const members = [watchedOf({ known: left(100) })];
    const evaluation = evaluateLow(members, SHARE, { isExhausted: false, now: NOW });
    expect(evaluation).toMatchObject({ verdict: 'clear', settleMs: 90_000, isDoubtful: true });
  });
});
