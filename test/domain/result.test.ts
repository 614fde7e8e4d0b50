import { describe, expect, test } from 'vitest';
import { FAILURE_REASONS } from '../../src/domain/failure.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import { failed } from '../../src/domain/reading.ts';
import { FAILURE_LABELS, type FailureLabel, failureLabel } from '../../src/domain/result.ts';

const LIMITED: Outcome = {
  kind: 'limited',
  limit: 100,
  remaining: 0,
  windowSeconds: 3_600,
  source: undefined,
  downgraded: true,
};

describe('failureLabel()', () => {
  test.each<{ criterion: string; outcome: Outcome; label: FailureLabel | undefined }>([
    { criterion: 'a limit is none, however little is left', outcome: LIMITED, label: undefined },
    { criterion: 'no limit is none', outcome: { kind: 'unlimited', source: undefined }, label: undefined },
    { criterion: 'a failure is its reason', outcome: failed('dns', 'No such host'), label: 'dns' },
    {
      criterion: 'a block is one',
      outcome: { kind: 'blocked', reason: 'abuse', retryAfterSeconds: 60 },
      label: 'blocked_abuse',
    },
    {
      criterion: 'a locked login is another',
      outcome: { kind: 'blocked', reason: 'login', retryAfterSeconds: undefined },
      label: 'blocked_login',
    },
  ])('$criterion', ({ outcome, label }) => {
    expect(failureLabel(outcome)).toBe(label);
  });
});

describe('FAILURE_LABELS', () => {
  test('are the reasons and the blocks, each once', () => {
    expect(FAILURE_LABELS).toEqual([...FAILURE_REASONS, 'blocked_abuse', 'blocked_login']);
    expect(new Set(FAILURE_LABELS).size).toBe(FAILURE_LABELS.length);
  });
});
