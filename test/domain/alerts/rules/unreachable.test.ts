import { describe, expect, test } from 'vitest';
import {
  evaluateOneUnreachable,
  evaluateUnreachable,
} from '../../../../src/domain/alerts/rules/unreachable.ts';
import type { Outcome } from '../../../../src/domain/result.ts';
import { FAILED, left, MINUTE_MS, NOW, snapshotWith } from '../snapshots.ts';

const CONTEXT = { isExhausted: false, now: NOW };
const REJECTED: Outcome = {
  kind: 'failed',
  reason: 'unauthorized',
  detail: 'The token service answered 401',
};
const ABUSE: Outcome = { kind: 'blocked', reason: 'abuse', retryAfterSeconds: 60 };
const failing = snapshotWith({ name: 'failing', known: left(5), latest: FAILED });

describe('evaluateUnreachable()', () => {
  test('holds since the last success if all probes fail', () => {
    const evaluation = evaluateUnreachable([failing], CONTEXT);
    expect(evaluation).toMatchObject({
      verdict: 'holds',
      since: NOW - MINUTE_MS,
      facts: { trouble: { reason: 'timeout' } },
    });
  });

  test('counts from the first failure where Headroom was away before', () => {
    const away = snapshotWith({ known: left(5), knownAt: NOW - 60 * MINUTE_MS, latest: FAILED });
    expect(evaluateUnreachable([away], CONTEXT)).toMatchObject({ since: NOW });
  });

  test('clears as soon as one probe succeeds', () => {
    expect(evaluateUnreachable([failing, snapshotWith({ known: left(5) })], CONTEXT).verdict).toBe('clear');
  });

  test.each([
    ['has been answered: rejected', snapshotWith({ latest: REJECTED })],
    ['has been answered: blocked', snapshotWith({ latest: ABUSE })],
    ['has no probe since a restart', snapshotWith({ latest: FAILED, latestAt: NOW - 10 * MINUTE_MS })],
    ['has no probe at all', snapshotWith()],
  ])('ignores a credential that %s', (_, credential) => {
    expect(evaluateUnreachable([credential], CONTEXT).verdict).toBe('unknown');
    expect(evaluateUnreachable([credential, failing], CONTEXT).verdict).toBe('holds');
  });
});

describe('evaluateOneUnreachable()', () => {
  test('holds for a credential that fails after another one has worked', () => {
    expect(evaluateOneUnreachable(failing, NOW - 1, CONTEXT).verdict).toBe('holds');
  });

  test('waits for the next probe of a credential without one since another worked', () => {
    expect(evaluateOneUnreachable(failing, NOW + 1, CONTEXT).verdict).toBe('unknown');
  });
});
