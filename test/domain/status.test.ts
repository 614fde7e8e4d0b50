import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { takeSnapshot } from '../../src/domain/credential-snapshot.ts';
import { type CredentialState, initialState } from '../../src/domain/credential-state.ts';
import { failed } from '../../src/domain/reading.ts';
import { compareStatuses, STATUSES, type Status, statusOf } from '../../src/domain/status.ts';
import {
  ANONYMOUS,
  anyReading,
  BLOCKED,
  LOGIN,
  MINUTE_MS,
  metered,
  START_AT,
  stateAfter,
  TIMEOUT,
  UNMETERED,
} from './observations.ts';

const REJECTED = failed('unauthorized', 'The hub answered 401');

describe('statusOf()', () => {
  test.each<{ status: Status; of: string; state: CredentialState }>([
    { status: 'waiting', of: 'never probed', state: initialState(LOGIN) },
    { status: 'ok', of: 'all left', state: stateAfter(ANONYMOUS, [metered(100)]) },
    { status: 'ok', of: 'just the share that is enough', state: stateAfter(ANONYMOUS, [metered(100, 20)]) },
    { status: 'low', of: 'one less', state: stateAfter(ANONYMOUS, [metered(100, 19)]) },
    { status: 'exhausted', of: 'nothing left', state: stateAfter(ANONYMOUS, [metered(100, 0)]) },
    { status: 'exhausted', of: 'less than nothing left', state: stateAfter(ANONYMOUS, [metered(100, -1)]) },
    { status: 'exhausted', of: 'no pulls allowed', state: stateAfter(ANONYMOUS, [metered(0, 0)]) },
    {
      status: 'exhausted',
      of: 'nothing left a moment ago, then blocked',
      state: stateAfter(ANONYMOUS, [metered(100, 0), BLOCKED]),
    },
    {
      status: 'exhausted',
      of: 'nothing left of the anonymous bucket that a login draws on',
      state: stateAfter(LOGIN, [metered(100, 0, '192.0.2.1')]),
    },
    { status: 'blocked', of: 'blocked', state: stateAfter(ANONYMOUS, [metered(100), BLOCKED]) },
    { status: 'rejected', of: 'a wrong login', state: stateAfter(LOGIN, [metered(100), REJECTED]) },
    {
      status: 'downgraded',
      of: 'a login metered as anonymous, with little left',
      state: stateAfter(LOGIN, [metered(100, 3, '192.0.2.1')]),
    },
    {
      status: 'downgraded',
      of: 'the same, and the last probe failed',
      state: stateAfter(LOGIN, [metered(100, 3, '192.0.2.1'), TIMEOUT]),
    },
    {
      status: 'failing',
      of: 'a failed probe after a good one',
      state: stateAfter(LOGIN, [metered(9), TIMEOUT]),
    },
    { status: 'failing', of: 'nothing but failures', state: stateAfter(LOGIN, [TIMEOUT]) },
    {
      status: 'failing',
      of: 'a failed probe of an unlimited one',
      state: stateAfter(LOGIN, [UNMETERED, TIMEOUT]),
    },
    { status: 'unlimited', of: 'no limit', state: stateAfter(LOGIN, [UNMETERED]) },
  ])('is "$status" with $of', ({ status, state }) => {
    expect(statusOf(takeSnapshot(state, START_AT + MINUTE_MS))).toBe(status);
  });

  test('is "failing" when polling has stopped', () => {
    const state = stateAfter(ANONYMOUS, [metered(100, 0)]);
    expect(statusOf(takeSnapshot(state, START_AT + 60 * MINUTE_MS))).toBe('failing');
  });

  test('is one of the statuses, whatever has happened', () => {
    fc.assert(
      fc.property(fc.array(anyReading(), { maxLength: 8 }), fc.nat(12 * MINUTE_MS), (readings, afterMs) => {
        const view = takeSnapshot(stateAfter(LOGIN, readings, 100), START_AT + afterMs);
        expect(STATUSES).toContain(statusOf(view));
      }),
    );
  });
});

describe('compareStatuses()', () => {
  test('orders all statuses worst first, from whatever order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...STATUSES], { minLength: STATUSES.length }), (shuffled) => {
        expect(shuffled.sort(compareStatuses)).toEqual(STATUSES);
      }),
    );
  });

  test('is a total order', () => {
    const status = fc.constantFrom(...STATUSES);
    fc.assert(
      fc.property(status, status, status, (a, b, c) => {
        expect(Math.sign(compareStatuses(a, b)) + Math.sign(compareStatuses(b, a))).toBe(0);
        expect(compareStatuses(a, b) === 0).toBe(a === b);
        if (compareStatuses(a, b) <= 0 && compareStatuses(b, c) <= 0) {
          expect(compareStatuses(a, c)).toBeLessThanOrEqual(0);
        }
      }),
    );
  });
});
