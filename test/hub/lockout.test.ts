import { describe, expect, test } from 'vitest';
import { failed } from '../../src/domain/reading.ts';
import { createLockout, type HoldStore, isRejection, type StoredHold } from '../../src/hub/lockout.ts';

const REJECTED = failed('unauthorized', 'The token service answered 401');
const LOCKED = { kind: 'blocked', reason: 'login', retryAfterSeconds: undefined } as const;
const STARTED_AT = Date.parse('2026-11-23T21:00:00Z');

function lockoutWithClock() {
  let elapsedMs = 0;
  const clock = { now: () => STARTED_AT + elapsedMs, monotonicMs: () => elapsedMs };
  return {
    lockout: createLockout(clock),
    advance(ms: number): void {
      elapsedMs += ms;
    },
  };
}

describe('createLockout()', () => {
  test('holds a rejected login back for 10 minutes and reports the end', async () => {
    const { lockout, advance } = lockoutWithClock();
    const first = await lockout.hold('key', REJECTED);
    advance(599_999);
    const last = await lockout.heldBack('key');
    advance(1);

    expect(first).toEqual({
      kind: 'failed',
      reason: 'unauthorized',
      detail: 'The token service answered 401; this login is not sent again before 2026-11-23T21:10:00.000Z',
    });
    expect(last).toEqual(first);
    expect(await lockout.heldBack('key')).toBeUndefined();
  });

  test('holds no other login back', async () => {
    const { lockout } = lockoutWithClock();
    await lockout.hold('key', REJECTED);

    expect(await lockout.heldBack('other')).toBeUndefined();
  });

  test('reports the remaining pause of a login block', async () => {
    const { lockout, advance } = lockoutWithClock();
    const first = await lockout.hold('key', LOCKED);
    advance(60_500);

    expect(first).toEqual({ ...LOCKED, retryAfterSeconds: 600 });
    expect(await lockout.heldBack('key')).toEqual({ ...LOCKED, retryAfterSeconds: 540 });
  });

  test('applies a longer pause that the hub requests', async () => {
    const { lockout, advance } = lockoutWithClock();
    await lockout.hold('key', { ...LOCKED, retryAfterSeconds: 900 });
    advance(600_000);

    expect(await lockout.heldBack('key')).toEqual({ ...LOCKED, retryAfterSeconds: 300 });
  });
});

describe('isRejection()', () => {
  // the reply | whether its login is held back
  test.each([
    [REJECTED, true],
    [LOCKED, true],
    [{ kind: 'blocked', reason: 'abuse', retryAfterSeconds: 60 } as const, false],
    [failed('server_error', ''), false],
    [{ kind: 'granted' } as const, false],
  ])('of %j is %s', (reply, expected) => {
    expect(isRejection(reply)).toBe(expected);
  });
});

describe('createLockout() with holds that were stored by another process', () => {
  // how long ago, in milliseconds | how long it is still held, in seconds; undefined: not at all
  test.each<[number, number | undefined]>([
    [0, 600],
    [1_000, 599],
    [599_000, 1],
    [600_000, undefined],
    [86_400_000, undefined],
    // A time server has corrected the clock.
    [-1_500, 600],
    // The clock was set back.
    [-3_600_000, undefined],
  ])('counts one of %i ms ago', async (ageMs, seconds) => {
    const clock = { now: () => STARTED_AT, monotonicMs: () => 7 };
    const store = storeWith({ reason: 'login', heldAt: STARTED_AT - ageMs });
    const held = await createLockout(clock, [store]).heldBack('key');

    expect(held).toEqual(seconds === undefined ? undefined : { ...LOCKED, retryAfterSeconds: seconds });
  });

  test('reports when the login was rejected, and until when it is held', async () => {
    const clock = { now: () => STARTED_AT, monotonicMs: () => 0 };
    const store = storeWith({ reason: 'unauthorized', heldAt: STARTED_AT - 60_000 });

    expect(await createLockout(clock, [store]).heldBack('key')).toEqual(
      failed(
        'unauthorized',
        'The token service rejected this login at 2026-11-23T20:59:00.000Z; this login is not sent again before 2026-11-23T21:09:00.000Z',
      ),
    );
  });

  test('measures a loaded hold by the monotonic clock', async () => {
    let now = STARTED_AT;
    const clock = { now: () => now, monotonicMs: () => 0 };
    const lockout = createLockout(clock, [storeWith({ reason: 'login', heldAt: STARTED_AT })]);
    await lockout.heldBack('key');
    now += 3_600_000;

    expect(await lockout.heldBack('key')).toMatchObject({ kind: 'blocked' });
  });

  test('stores a rejection in every store', async () => {
    const clock = { now: () => STARTED_AT, monotonicMs: () => 0 };
    const stores = [storeWith(undefined), storeWith(undefined)];
    await createLockout(clock, stores).hold('key', REJECTED);

    expect(stores.map(({ puts }) => puts)).toEqual(
      Array(2).fill([{ key: 'key', reason: 'unauthorized', heldAt: STARTED_AT }]),
    );
  });
});

function storeWith(stored: StoredHold | undefined): HoldStore & { puts: object[] } {
  const puts: object[] = [];
  return {
    puts,
    find: async () => stored,
    put: async (key, hold) => void puts.push({ key, ...hold }),
    claim: async () => async () => undefined,
  };
}
