import { describe, expect, test } from 'vitest';
import { failed } from '../../src/domain/reading.ts';
import { createLockout, isRejection } from '../../src/hub/lockout.ts';

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
  test('holds a rejected login back for 10 minutes and says until when', () => {
    const { lockout, advance } = lockoutWithClock();
    const first = lockout.hold('key', REJECTED);
    advance(599_999);
    const last = lockout.heldBack('key');
    advance(1);

    expect(first).toEqual({
      kind: 'failed',
      reason: 'unauthorized',
      detail: 'The token service answered 401; this login is not sent again before 2026-11-23T21:10:00.000Z',
    });
    expect(last).toEqual(first);
    expect(lockout.heldBack('key')).toBeUndefined();
  });

  test('holds nobody else back', () => {
    const { lockout } = lockoutWithClock();
    lockout.hold('key', REJECTED);

    expect(lockout.heldBack('other')).toBeUndefined();
  });

  test('counts the pause of a login block down', () => {
    const { lockout, advance } = lockoutWithClock();
    const first = lockout.hold('key', LOCKED);
    advance(60_500);

    expect(first).toEqual({ ...LOCKED, retryAfterSeconds: 600 });
    expect(lockout.heldBack('key')).toEqual({ ...LOCKED, retryAfterSeconds: 540 });
  });

  test('believes the hub when it asks for a longer pause', () => {
    const { lockout, advance } = lockoutWithClock();
    lockout.hold('key', { ...LOCKED, retryAfterSeconds: 900 });
    advance(600_000);

    expect(lockout.heldBack('key')).toEqual({ ...LOCKED, retryAfterSeconds: 300 });
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
