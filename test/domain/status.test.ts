import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { takeSnapshot } from '../../src/domain/credential-snapshot.ts';
import { type CredentialState, initialState } from '../../src/domain/credential-state.ts';
import { failed } from '../../src/domain/reading.ts';
import { compareStandings, STANDINGS, type Standing, standingOf } from '../../src/domain/status.ts';
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

describe('standingOf()', () => {
  test.each<{ standing: Standing; of: string; state: CredentialState }>([
    { standing: 'waiting', of: 'never probed', state: initialState(LOGIN) },
    { standing: 'ok', of: 'all left', state: stateAfter(ANONYMOUS, [metered(100)]) },
    { standing: 'ok', of: 'just the share that is enough', state: stateAfter(ANONYMOUS, [metered(100, 20)]) },
    { standing: 'low', of: 'one less', state: stateAfter(ANONYMOUS, [metered(100, 19)]) },
    { standing: 'exhausted', of: 'nothing left', state: stateAfter(ANONYMOUS, [metered(100, 0)]) },
    { standing: 'exhausted', of: 'less than nothing left', state: stateAfter(ANONYMOUS, [metered(100, -1)]) },
    { standing: 'exhausted', of: 'no pulls allowed', state: stateAfter(ANONYMOUS, [metered(0, 0)]) },
    {
      standing: 'exhausted',
      of: 'nothing left a moment ago, then blocked',
      state: stateAfter(ANONYMOUS, [metered(100, 0), BLOCKED]),
    },
    {
      standing: 'exhausted',
      of: 'nothing left of the anonymous bucket that a login draws on',
      state: stateAfter(LOGIN, [metered(100, 0, '192.0.2.1')]),
    },
    { standing: 'blocked', of: 'blocked', state: stateAfter(ANONYMOUS, [metered(100), BLOCKED]) },
    { standing: 'rejected', of: 'a wrong login', state: stateAfter(LOGIN, [metered(100), REJECTED]) },
    {
      standing: 'downgraded',
      of: 'a login metered as anonymous, with little left',
      state: stateAfter(LOGIN, [metered(100, 3, '192.0.2.1')]),
    },
    {
      standing: 'downgraded',
      of: 'the same, and the last probe failed',
      state: stateAfter(LOGIN, [metered(100, 3, '192.0.2.1'), TIMEOUT]),
    },
    {
      standing: 'failing',
      of: 'a failed probe after a good one',
      state: stateAfter(LOGIN, [metered(9), TIMEOUT]),
    },
    { standing: 'failing', of: 'nothing but failures', state: stateAfter(LOGIN, [TIMEOUT]) },
    {
      standing: 'failing',
      of: 'a failed probe of an unlimited one',
      state: stateAfter(LOGIN, [UNMETERED, TIMEOUT]),
    },
    { standing: 'unlimited', of: 'no limit', state: stateAfter(LOGIN, [UNMETERED]) },
  ])('is "$standing" with $of', ({ standing, state }) => {
    expect(standingOf(takeSnapshot(state, START_AT + MINUTE_MS))).toBe(standing);
  });

  test('is "failing" when polling has stopped', () => {
    const state = stateAfter(ANONYMOUS, [metered(100, 0)]);
    expect(standingOf(takeSnapshot(state, START_AT + 60 * MINUTE_MS))).toBe('failing');
  });

  test('is one of the standings, whatever has happened', () => {
    fc.assert(
      fc.property(fc.array(anyReading(), { maxLength: 8 }), fc.nat(12 * MINUTE_MS), (readings, afterMs) => {
        const view = takeSnapshot(stateAfter(LOGIN, readings, 100), START_AT + afterMs);
        expect(STANDINGS).toContain(standingOf(view));
      }),
    );
  });
});

describe('compareStandings()', () => {
  test('orders all standings worst first, from whatever order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...STANDINGS], { minLength: STANDINGS.length }), (shuffled) => {
        expect(shuffled.sort(compareStandings)).toEqual(STANDINGS);
      }),
    );
  });

  test('is a total order', () => {
    const standing = fc.constantFrom(...STANDINGS);
    fc.assert(
      fc.property(standing, standing, standing, (a, b, c) => {
        expect(Math.sign(compareStandings(a, b)) + Math.sign(compareStandings(b, a))).toBe(0);
        expect(compareStandings(a, b) === 0).toBe(a === b);
        if (compareStandings(a, b) <= 0 && compareStandings(b, c) <= 0) {
          expect(compareStandings(a, c)).toBeLessThanOrEqual(0);
        }
      }),
    );
  });
});
