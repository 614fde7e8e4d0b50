import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KEPT_INTERVALS, snapshotExpiresAt, takeSnapshot } from '../../src/domain/credential-snapshot.ts';
import { initialState } from '../../src/domain/credential-state.ts';
import type { Forecast } from '../../src/domain/forecast/forecast.ts';
import type { Reading } from '../../src/domain/reading.ts';
import { foreseen, usedUp } from './forecasts.ts';
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

describe('takeSnapshot()', () => {
  test('has no value for a credential that was never probed', () => {
    expect(takeSnapshot(initialState(LOGIN), START_AT)).toEqual({
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
      known: undefined,
      outlook: undefined,
      route: '',
    });
  });

  test('shows a limit', () => {
    const state = stateAfter(ANONYMOUS, [metered(100, 76, '192.0.2.1')]);
    expect(takeSnapshot(state, START_AT)).toMatchObject({
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
    const view = takeSnapshot(stateAfter(LOGIN, [UNMETERED]), START_AT);
    expect(view).toMatchObject({ up: true, limited: undefined, enforced: false, lastSuccessAt: START_AT });
  });

  test('shows a downgraded login', () => {
    const view = takeSnapshot(stateAfter(LOGIN, [metered(100, 50, '192.0.2.1')]), START_AT);
    expect(view).toMatchObject({ up: true, downgraded: true });
  });

  test('is down at once when a probe fails, and keeps the value', () => {
    const state = stateAfter(ANONYMOUS, [metered(100, 76), TIMEOUT]);
    expect(takeSnapshot(state, START_AT + MINUTE_MS)).toMatchObject({
      up: false,
      limited: { remaining: 76 },
      enforced: true,
      blocked: undefined,
      lastSuccessAt: START_AT,
      failures: { timeout: 1 },
    });
  });

  test('returns the same for a state that was stored and read again', () => {
    const state = stateAfter(ANONYMOUS, [metered(100, 76)]);
    const again = structuredClone({ ...state, known: structuredClone(state.known) });
    expect(takeSnapshot(again, START_AT)).toEqual(takeSnapshot(state, START_AT));
  });

  test('states by what it is blocked, as long as it is', () => {
    const blockedState = stateAfter(ANONYMOUS, [metered(100), BLOCKED]);
    expect(takeSnapshot(blockedState, START_AT + MINUTE_MS)).toMatchObject({ up: false, blocked: 'abuse' });
    const again = stateAfter(ANONYMOUS, [metered(100), BLOCKED, metered(100)]);
    expect(takeSnapshot(again, START_AT + 2 * MINUTE_MS)).toMatchObject({ up: true, blocked: undefined });
  });

  test('has no block reason after a failure', () => {
    const state = stateAfter(ANONYMOUS, [BLOCKED, TIMEOUT]);
    expect(takeSnapshot(state, START_AT + MINUTE_MS)).toMatchObject({ up: false, blocked: undefined });
  });

  test('shows nothing but failures when it never learned anything', () => {
    const view = takeSnapshot(stateAfter(ANONYMOUS, [TIMEOUT]), START_AT);
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
    const view = takeSnapshot(stateAfter(LOGIN, [reading]), START_AT + afterMs);
    expect(view).toMatchObject({ enforced, up, downgraded: false, lastSuccessAt: START_AT });
    expect(view.limited !== undefined).toBe(enforced === true);
    expect(view.source).toBeUndefined();
  });

  test('shows the source no longer than the value', () => {
    const state = stateAfter(LOGIN, [metered(100, 5, '192.0.2.1')]);
    expect(takeSnapshot(state, START_AT + KEPT_MS)).toMatchObject({ source: undefined, downgraded: false });
  });

  test('never shows a value for more than three intervals after its answer', () => {
    fc.assert(
      fc.property(fc.array(anyReading(), { maxLength: 12 }), fc.nat(20 * MINUTE_MS), (readings, afterMs) => {
        const now = START_AT + afterMs;
        const seen = readings.slice(0, Math.floor(afterMs / MINUTE_MS) + 1);
        const state = stateAfter(LOGIN, seen, 100);
        const view = takeSnapshot(state, now);
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
          const before = takeSnapshot(stateAfter(LOGIN, readings, 100), now);
          const after = takeSnapshot(stateAfter(LOGIN, [...readings, last], 100), now);
          expect(after.up).toBe(false);
          for (const key of ['limited', 'enforced', 'source', 'downgraded', 'lastSuccessAt'] as const) {
            expect(after[key]).toEqual(before[key]);
          }
        },
      ),
    );
  });
});

describe('snapshotExpiresAt()', () => {
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
    const at = snapshotExpiresAt(stateAfter(ANONYMOUS, readings), START_AT + afterMs);
    expect(at).toBe(changesAfterMs === undefined ? undefined : START_AT + changesAfterMs);
  });

  test('is the next moment at which the view is another one, and there is none between', () => {
    fc.assert(
      fc.property(fc.array(anyReading(), { maxLength: 6 }), fc.nat(8 * MINUTE_MS), (readings, afterMs) => {
        const state = stateAfter(ANONYMOUS, readings);
        const now = START_AT + afterMs;
        const at = snapshotExpiresAt(state, now);
        const view = takeSnapshot(state, now);
        expect(takeSnapshot(state, (at ?? now + 10 * KEPT_MS) - 1)).toEqual(view);
        if (at !== undefined) expect(takeSnapshot(state, at)).not.toEqual(view);
      }),
    );
  });
});

const LIMITED = [metered(100, 76)];
const DRY = [metered(100, 0)];
const FORECAST = foreseen(START_AT);
const EXHAUSTED = usedUp(START_AT);
const UNLIMITED: Forecast = { kind: 'unlimited' };
const UNKNOWN: Forecast = { kind: 'unknown', reason: 'stale' };

describe('takeSnapshot() with an outlook', () => {
  // what the newest answer states, how old it is in minutes, the newest forecast, and whether it is shown
  test.each([
    ['limited', LIMITED, 0, FORECAST, true],
    ['limited, too long ago', LIMITED, 3, FORECAST, false],
    ['limited, but not for the forecast', LIMITED, 0, UNLIMITED, false],
    ['limited, with nothing to say', LIMITED, 0, UNKNOWN, true],
    ['limited again, or it seems so', LIMITED, 0, EXHAUSTED, true],
    ['exhausted', DRY, 0, EXHAUSTED, true],
    ['exhausted since the forecast', DRY, 0, FORECAST, false],
    ['unlimited', [UNMETERED], 0, UNLIMITED, true],
    ['unlimited since the forecast', [UNMETERED], 0, FORECAST, false],
    ['nothing yet', [], 0, UNKNOWN, false],
  ])('of a credential that is %s', (_, readings, minutes, forecast, isShown) => {
    const [state, now] = [stateAfter(ANONYMOUS, readings), START_AT + minutes * MINUTE_MS];
    const outlook = { forecast, pool: undefined };
    const plain = takeSnapshot(state, now);
    expect(takeSnapshot(state, now, outlook)).toEqual({ ...plain, outlook: isShown ? outlook : undefined });
  });

  test('shows no forecast before the first one', () => {
    expect(takeSnapshot(stateAfter(ANONYMOUS, LIMITED), START_AT).outlook).toBeUndefined();
  });
});
