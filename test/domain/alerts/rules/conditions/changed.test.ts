import { describe, expect, test } from 'vitest';
import { evaluateChanged } from '../../../../../src/domain/alerts/rules/conditions/changed.ts';
import { FAILED, left, NOW, watchedOf } from '../../watched-of.ts';

const CONTEXT = { isExhausted: false, now: NOW };
const BEFORE = { limit: 100, windowSeconds: 21_600, seenAt: NOW - 60_000 };

describe('evaluateChanged()', () => {
  test('takes the first answer for what is usual', () => {
    const { evaluation, baseline } = evaluateChanged(
      [watchedOf({ known: left(5) })],
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
    const members = [watchedOf({ known: left(5, differences) })];
    const { evaluation, baseline } = evaluateChanged(members, BEFORE, undefined, CONTEXT);
    expect(evaluation.verdict).toBe(verdict);
    expect(baseline).toBe(BEFORE);
  });

  test('says what it was before', () => {
    const { evaluation } = evaluateChanged([watchedOf({ known: left(5) })], BEFORE, undefined, CONTEXT);
    expect(evaluation).toMatchObject({
      facts: { before: { limit: 100, windowSeconds: 21_600 }, windowSeconds: 3_600 },
    });
  });

  test('a failed probe changes nothing', () => {
    const { evaluation, baseline } = evaluateChanged(
      [watchedOf({ latest: FAILED })],
      BEFORE,
      undefined,
      CONTEXT,
    );
    expect(evaluation.verdict).toBe('unknown');
    expect(baseline).toBe(BEFORE);
  });
});
