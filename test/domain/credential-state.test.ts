import { describe, expect, test } from 'vitest';
import { advance, type CredentialState, initialState } from '../../src/domain/credential-state.ts';
import type { Reading } from '../../src/domain/reading.ts';
import {
  ANONYMOUS,
  BLOCKED,
  LOGIN,
  MINUTE_MS,
  metered,
  START_AT,
  stateAfter,
  TIMEOUT,
  UNMETERED,
} from './observations.ts';

/** The kind of each outcome in a row of readings; of a failure its reason. */
function outcomesOf(readings: readonly Reading[]): string[] {
  return readings.map((_, i) => {
    const outcome = stateAfter(ANONYMOUS, readings.slice(0, i + 1)).latest?.outcome;
    return outcome?.kind === 'failed' ? outcome.reason : (outcome?.kind ?? 'none');
  });
}

/** The state after one more answer with this limit. */
function stateAfterOne(
  state: CredentialState,
  limit: number,
  anonymousLimit: number | undefined,
): CredentialState {
  const observation = { credential: 'ci', at: START_AT, durationMs: 120, intervalMs: MINUTE_MS };
  return advance(state, { ...observation, reading: metered(limit) }, anonymousLimit);
}

function isDowngraded({ latest }: CredentialState): boolean {
  return latest?.outcome.kind === 'limited' && latest.outcome.downgraded;
}

/** Whether a login counts as downgraded after each of these limits; the second number is the anonymous limit then. */
function downgradesOf(
  answers: readonly (readonly [limit: number, anonymousLimit: number | undefined])[],
): boolean[] {
  let state = initialState(LOGIN);
  return answers.map(([limit, anonymousLimit]) => {
    state = stateAfterOne(state, limit, anonymousLimit);
    return isDowngraded(state);
  });
}

describe('advance()', () => {
  test('makes a result of the observation, without its reading', () => {
    const state = stateAfter(ANONYMOUS, [metered(100, 76)]);
    expect(state).toMatchObject({ identity: ANONYMOUS, polls: 1, failures: {} });
    expect(state.latest).toEqual({
      credential: 'anonymous',
      at: START_AT,
      durationMs: 120,
      intervalMs: MINUTE_MS,
      outcome: {
        kind: 'limited',
        limit: 100,
        remaining: 76,
        windowSeconds: 3_600,
        source: undefined,
        downgraded: false,
      },
    });
    expect(state.known).toEqual(state.latest);
  });

  test('counts probes, and failures by reason, blocks among them', () => {
    const login: Reading = { kind: 'blocked', reason: 'login', retryAfterSeconds: 600 };
    const state = stateAfter(ANONYMOUS, [TIMEOUT, metered(100), TIMEOUT, BLOCKED, login, UNMETERED]);
    expect(state.polls).toBe(6);
    expect(state.failures).toEqual({ timeout: 2, blocked_abuse: 1, blocked_login: 1, missing_header: 1 });
  });

  test('keeps the last known value through failures and blocks', () => {
    const state = stateAfter(ANONYMOUS, [metered(100, 76), TIMEOUT, BLOCKED]);
    expect(state.known).toMatchObject({ at: START_AT, outcome: { remaining: 76 } });
    expect(state.latest).toMatchObject({ at: START_AT + 2 * MINUTE_MS, outcome: { kind: 'blocked' } });
  });

  test('leaves the state before it as it was', () => {
    const before = stateAfter(ANONYMOUS, [metered(100), TIMEOUT]);
    const copy = structuredClone(before);
    stateAfterOne(before, 50, undefined);
    expect(before).toEqual(copy);
  });
});

describe('advance() towards "unlimited"', () => {
  const M = metered(100);
  const U = UNMETERED;
  const T = TIMEOUT;

  test.each<{ criterion: string; readings: Reading[]; outcomes: string[] }>([
    {
      criterion: 'needs no patience where no limit was ever seen',
      readings: [U, U],
      outcomes: ['unlimited', 'unlimited'],
    },
    {
      criterion: 'needs three answers in a row after a limit',
      readings: [M, U, U, U, U],
      outcomes: ['limited', 'missing_header', 'missing_header', 'unlimited', 'unlimited'],
    },
    {
      criterion: 'begins anew after an answer with a limit',
      readings: [M, U, U, M, U, U, U],
      outcomes: [
        'limited',
        'missing_header',
        'missing_header',
        'limited',
        'missing_header',
        'missing_header',
        'unlimited',
      ],
    },
    {
      criterion: 'neither counts a timeout nor lets it break the row',
      readings: [M, U, T, U, BLOCKED, U],
      outcomes: ['limited', 'missing_header', 'timeout', 'missing_header', 'blocked', 'unlimited'],
    },
    {
      criterion: 'does not begin with a timeout',
      readings: [M, T, T, T, U],
      outcomes: ['limited', 'timeout', 'timeout', 'timeout', 'missing_header'],
    },
    {
      criterion: 'needs three again after having been unlimited and limited',
      readings: [U, M, U, U, U],
      outcomes: ['unlimited', 'limited', 'missing_header', 'missing_header', 'unlimited'],
    },
    {
      criterion: 'comes back from "unlimited" with the first limit',
      readings: [M, U, U, U, M],
      outcomes: ['limited', 'missing_header', 'missing_header', 'unlimited', 'limited'],
    },
  ])('$criterion', ({ readings, outcomes }) => {
    expect(outcomesOf(readings)).toEqual(outcomes);
  });
});

describe('advance() of a login that is metered as anonymous', () => {
  test.each<{
    criterion: string;
    answers: (readonly [limit: number, anonymousLimit: number | undefined])[];
    downgraded: boolean[];
  }>([
    {
      criterion: 'says so as long as it lasts, and no longer',
      answers: [
        [200, 100],
        [100, 100],
        [100, 100],
        [200, 100],
        [200, 100],
      ],
      downgraded: [false, true, true, false, false],
    },
    {
      criterion: 'keeps saying so while the anonymous credential fails',
      answers: [
        [200, 100],
        [100, 100],
        [100, undefined],
        [100, undefined],
        [100, 100],
        [200, undefined],
      ],
      downgraded: [false, true, true, true, true, false],
    },
    {
      criterion: 'cannot tell without an anonymous limit, and takes the new limit for the usual one',
      answers: [
        [200, undefined],
        [100, undefined],
        [100, 100],
      ],
      downgraded: [false, false, false],
    },
    {
      criterion: 'cannot tell when it was so from the beginning',
      answers: [
        [100, 100],
        [100, 100],
      ],
      downgraded: [false, false],
    },
    {
      criterion: 'does not take a smaller plan for it',
      answers: [
        [5_000, 100],
        [200, 100],
        [100, 100],
      ],
      downgraded: [false, false, true],
    },
  ])('$criterion', ({ answers, downgraded }) => {
    expect(downgradesOf(answers)).toEqual(downgraded);
  });

  test('sees it by the source, too, and sees its end', () => {
    const readings = [
      metered(200, 9, 'exampleuser'),
      metered(200, 9, '192.0.2.1'),
      metered(200, 9, 'exampleuser'),
    ];
    const seen = readings.map((_, i) => stateAfter(LOGIN, readings.slice(0, i + 1)).known?.outcome);
    expect(seen.map((outcome) => outcome?.kind === 'limited' && outcome.downgraded)).toEqual([
      false,
      true,
      false,
    ]);
  });

  test('keeps it through failures', () => {
    const readings = [metered(200), metered(100), TIMEOUT, BLOCKED, UNMETERED];
    const state = stateAfter(LOGIN, readings, 100);
    expect(isDowngraded(stateAfterOne(state, 100, undefined))).toBe(true);
  });
});

describe('advance() with a window that is not believed', () => {
  test('keeps the numbers, and counts the answer as invalid_window', () => {
    const reading = metered(100, 7) as Extract<Reading, { kind: 'metered' }>;
    const rateLimit = {
      ...reading.rateLimit,
      windowSeconds: undefined,
      windowDoubt: 'not 1 second to 31 days',
    };
    const state = stateAfter(ANONYMOUS, [{ ...reading, rateLimit }]);
    expect(state.known?.outcome).toMatchObject({ kind: 'limited', remaining: 7, windowSeconds: undefined });
    expect(state.failures).toEqual({ invalid_window: 1 });
  });
});
