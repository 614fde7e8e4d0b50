import { describe, expect, test } from 'vitest';
import {
  evaluateBlocked,
  evaluateDowngraded,
  evaluateRejected,
} from '../../../../src/domain/alerts/rules/access.ts';
import type { Outcome } from '../../../../src/domain/result.ts';
import { FAILED, left, NOW, snapshotWith } from '../snapshots.ts';

const CONTEXT = { isExhausted: false, now: NOW };
const ABUSE: Outcome = { kind: 'blocked', reason: 'abuse', retryAfterSeconds: 60 };
const LOCKED: Outcome = { kind: 'blocked', reason: 'login', retryAfterSeconds: undefined };
const REJECTED: Outcome = {
  kind: 'failed',
  reason: 'unauthorized',
  detail: 'The token service answered 401',
};

describe('evaluateBlocked()', () => {
  test('holds as long as one credential of the address is blocked, with advice', () => {
    const members = [snapshotWith({ name: 'a', known: left(5) }), snapshotWith({ name: 'b', latest: ABUSE })];
    expect(evaluateBlocked(members, 'abuse', CONTEXT)).toMatchObject({
      verdict: 'holds',
      facts: { trouble: { reason: 'blocked_abuse' } },
    });
  });

  test('distinguishes one kind of block from the other', () => {
    const locked = [snapshotWith({ latest: LOCKED })];
    expect(evaluateBlocked(locked, 'abuse', CONTEXT).verdict).toBe('unknown');
    expect(evaluateBlocked(locked, 'login', CONTEXT).verdict).toBe('holds');
  });

  test('is over when probes work again, not when they fail otherwise', () => {
    expect(evaluateBlocked([snapshotWith({ known: left(5) })], 'abuse', CONTEXT).verdict).toBe('clear');
    expect(evaluateBlocked([snapshotWith({ latest: FAILED })], 'abuse', CONTEXT).verdict).toBe('unknown');
  });
});

describe('evaluateRejected()', () => {
  test.each([
    ['holds', REJECTED],
    ['clear', left(5)],
    ['unknown', FAILED],
    ['unknown', LOCKED],
  ] as const)('%s after %o', (verdict, latest) => {
    const credential = snapshotWith({ hasLogin: true, known: left(5), latest });
    expect(evaluateRejected(credential, CONTEXT).verdict).toBe(verdict);
  });
});

describe('evaluateDowngraded()', () => {
  test('holds for a login that is metered as anonymous, and clears when it has not been for a while', () => {
    const downgraded = snapshotWith({ hasLogin: true, known: left(5, { downgraded: true }) });
    expect(evaluateDowngraded(downgraded, CONTEXT).verdict).toBe('holds');
    expect(evaluateDowngraded(snapshotWith({ known: left(5) }), CONTEXT)).toMatchObject({
      verdict: 'clear',
      settleMs: 300_000,
    });
    expect(evaluateDowngraded(snapshotWith({ latest: FAILED }), CONTEXT).verdict).toBe('unknown');
  });
});
