import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { initialState } from '../../src/domain/credential-state.ts';
import { KEPT_INTERVALS, viewChangesAt, viewCredential } from '../../src/domain/credential-view.ts';
import type { Reading } from '../../src/domain/reading.ts';
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

const KEPT_MS = KEPT_INTERVALS * MINUTE_MS;

describe('viewCredential()', () => {
  test('knows nothing of a credential that was never probed', () => {
    expect(viewCredential(initialState(LOGIN), START_AT)).toEqual({
      name: 'ci',
      hasLogin: true,
      up: undefined,
      limited: undefined,
      enforced: undefined,
      source: undefined,
      blocked: undefined,
      downgraded: false,
      latest: undefined,
      lastSuccessAt: undefined,
      polls: 0,
      failures: {},
    });
  });

  test('shows a limit', () => {
    const state = stateAfter(ANONYMOUS, [metered(100, 76, '192.0.2.1')]);
    expect(viewCredential(state, START_AT)).toMatchObject({
      up: true,
      limited: { limit: 100, remaining: 76, windowSeconds: 3_600 },
      enforced: true,
      source: { value: '192.0.2.1', kind: 'ipv4' },
      blocked: undefined,
      downgraded: false,
      latest: state.latest,
      lastSuccessAt: START_AT,
      polls: 1,
    });
  });

  test('shows that there is no limit, without a number', () => {
    const view = viewCredential(stateAfter(LOGIN, [UNMETERED]), START_AT);
    expect(view).toMatchObject({ up: true, limited: undefined, enforced: false, lastSuccessAt: START_AT });
  });

  test('shows a downgraded login', () => {
    const view = viewCredential(stateAfter(LOGIN, [metered(100, 50, '192.0.2.1')]), START_AT);
    expect(view).toMatchObject({ up: true, downgraded: true });
  });

  test('is down at once when a probe fails, and keeps the value', () => {
    const state = stateAfter(ANONYMOUS, [metered(100, 76), TIMEOUT]);
    expect(viewCredential(state, START_AT + MINUTE_MS)).toMatchObject({
      up: false,
      limited: { remaining: 76 },
      enforced: true,
      blocked: undefined,
      lastSuccessAt: START_AT,
      failures: { timeout: 1 },
    });
  });

  test('says of a state that was written down and read again what it said before', () => {
    const state = stateAfter(ANONYMOUS, [metered(100, 76)]);
    const again = structuredClone({ ...state, known: structuredClone(state.known) });
    expect(viewCredential(again, START_AT)).toEqual(viewCredential(state, START_AT));
  });

  test('says by what it is blocked, as long as it is', () => {
    const blockedState = stateAfter(ANONYMOUS, [metered(100), BLOCKED]);
    expect(viewCredential(blockedState, START_AT + MINUTE_MS)).toMatchObject({ up: false, blocked: 'abuse' });
    const again = stateAfter(ANONYMOUS, [metered(100), BLOCKED, metered(100)]);
    expect(viewCredential(again, START_AT + 2 * MINUTE_MS)).toMatchObject({ up: true, blocked: undefined });
  });

  test('says after a failure no more by what it was blocked: nobody knows', () => {
    const state = stateAfter(ANONYMOUS, [BLOCKED, TIMEOUT]);
    expect(viewCredential(state, START_AT + MINUTE_MS)).toMatchObject({ up: false, blocked: undefined });
  });

  test('shows nothing but failures when it never learned anything', () => {
    const view = viewCredential(stateAfter(ANONYMOUS, [TIMEOUT]), START_AT);
    expect(view).toMatchObject({
      up: false,
      limited: undefined,
      enforced: undefined,
      lastSuccessAt: undefined,
    });
  });

  test.each<{
    criterion: string;
    reading: Reading;
    afterMs: number;
    enforced: boolean | undefined;
    up: boolean;
  }>([
    {
      criterion: 'shows a value to the end of three intervals',
      reading: metered(100),
      afterMs: KEPT_MS - 1,
      enforced: true,
      up: true,
    },
    {
      criterion: 'shows it no longer than that, and is down: polling has stopped',
      reading: metered(100),
      afterMs: KEPT_MS,
      enforced: undefined,
      up: false,
    },
    {
      criterion: 'does the same with "unlimited"',
      reading: UNMETERED,
      afterMs: KEPT_MS,
      enforced: undefined,
      up: false,
    },
  ])('$criterion', ({ reading, afterMs, enforced, up }) => {
    const view = viewCredential(stateAfter(LOGIN, [reading]), START_AT + afterMs);
    expect(view).toMatchObject({ enforced, up, downgraded: false, lastSuccessAt: START_AT });
    expect(view.limited !== undefined).toBe(enforced === true);
    expect(view.source).toBeUndefined();
  });

  test('shows the source no longer than the value', () => {
    const state = stateAfter(LOGIN, [metered(100, 5, '192.0.2.1')]);
    expect(viewCredential(state, START_AT + KEPT_MS)).toMatchObject({ source: undefined, downgraded: false });
  });

  test('never shows a value for more than three intervals after the answer that said it', () => {
    fc.assert(
      fc.property(fc.array(anyReading(), { maxLength: 12 }), fc.nat(20 * MINUTE_MS), (readings, afterMs) => {
        const now = START_AT + afterMs;
        const seen = readings.slice(0, Math.floor(afterMs / MINUTE_MS) + 1);
        const state = stateAfter(LOGIN, seen, 100);
        const view = viewCredential(state, now);
        const shows = view.limited !== undefined || view.enforced !== undefined || view.source !== undefined;
        if (shows) expect(now - (view.lastSuccessAt ?? Number.NaN)).toBeLessThan(KEPT_MS);
        if (view.up) expect(shows).toBe(true);
      }),
    );
  });

  test('never lets a failed probe change what is shown, except that it is down', () => {
    const failing = fc.constantFrom(TIMEOUT, BLOCKED);
    fc.assert(
      fc.property(
        fc.array(anyReading(), { maxLength: 8 }),
        failing,
        fc.nat(4 * MINUTE_MS),
        (readings, last, ms) => {
          const now = START_AT + readings.length * MINUTE_MS + ms;
          const before = viewCredential(stateAfter(LOGIN, readings, 100), now);
          const after = viewCredential(stateAfter(LOGIN, [...readings, last], 100), now);
          expect(after.up).toBe(false);
          for (const key of ['limited', 'enforced', 'source', 'downgraded', 'lastSuccessAt'] as const) {
            expect(after[key]).toEqual(before[key]);
          }
        },
      ),
    );
  });
});

describe('viewChangesAt()', () => {
  test.each<{ criterion: string; readings: Reading[]; afterMs: number; changesAfterMs: number | undefined }>([
    {
      criterion: 'is never where nothing is known',
      readings: [TIMEOUT],
      afterMs: 0,
      changesAfterMs: undefined,
    },
    {
      criterion: 'is when the value becomes too old',
      readings: [metered(100)],
      afterMs: 0,
      changesAfterMs: KEPT_MS,
    },
    {
      criterion: 'counts from the last answer that said something',
      readings: [metered(100), metered(99), TIMEOUT],
      afterMs: 2 * MINUTE_MS,
      changesAfterMs: MINUTE_MS + KEPT_MS,
    },
    {
      criterion: 'is never again when the value has gone',
      readings: [metered(100)],
      afterMs: KEPT_MS,
      changesAfterMs: undefined,
    },
  ])('$criterion', ({ readings, afterMs, changesAfterMs }) => {
    const at = viewChangesAt(stateAfter(ANONYMOUS, readings), START_AT + afterMs);
    expect(at).toBe(changesAfterMs === undefined ? undefined : START_AT + changesAfterMs);
  });

  test('is the next moment at which the view is another one, and there is none between', () => {
    fc.assert(
      fc.property(fc.array(anyReading(), { maxLength: 6 }), fc.nat(8 * MINUTE_MS), (readings, afterMs) => {
        const state = stateAfter(ANONYMOUS, readings);
        const now = START_AT + afterMs;
        const at = viewChangesAt(state, now);
        const view = viewCredential(state, now);
        expect(viewCredential(state, (at ?? now + 10 * KEPT_MS) - 1)).toEqual(view);
        if (at !== undefined) expect(viewCredential(state, at)).not.toEqual(view);
      }),
    );
  });
});
