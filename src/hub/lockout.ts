import type { Clock } from '../domain/clock.ts';
import { type Blocked, blocked, type Failed, failed } from '../domain/reading.ts';

/** What the hub said to a login that it will not hear again for a while. */
export type Rejection = Blocked | Failed;

/** Keeps rejected logins from being sent again too soon. */
export interface Lockout {
  /** Holds a login back from now on; gives the reading of this first rejection. */
  hold(key: string, rejection: Rejection): Rejection;
  /** The reading of a login that is held back, or undefined when it may be sent. */
  heldBack(key: string): Rejection | undefined;
}

/** How long a rejected login is held back, in milliseconds (10 minutes): as long as Docker locks the user name. */
const HOLD_MS = 600_000;

/** Whether an answer of the token service means that this login must not be sent again. */
export function isRejection(reply: { readonly kind: string } | Rejection): reply is Rejection {
  if (!('reason' in reply)) return false;
  return reply.reason === 'unauthorized' || reply.reason === 'login';
}

/**
 * Creates the lock-out of one hub. Docker locks a user name for 10 minutes after some failed logins, and then refuses
 * the right password too, everywhere: a monitor that repeats a wrong one every minute takes builds down. Keys are of
 * logins (see login-key.ts), not of credentials, so that all credentials with the same login share one attempt; a login
 * that has been changed has another key, and is sent at once.
 */
export function createLockout(clock: Clock): Lockout {
  const holds = new Map<string, { readonly rejection: Rejection; readonly untilMs: number }>();

  function dropExpired(): void {
    for (const [key, { untilMs }] of holds) if (untilMs <= clock.monotonicMs()) holds.delete(key);
  }

  function heldBack(key: string): Rejection | undefined {
    const hold = holds.get(key);
    const leftMs = hold ? hold.untilMs - clock.monotonicMs() : 0;
    if (!hold || leftMs <= 0) return undefined;
    if (hold.rejection.kind === 'blocked') return blockedFor(leftMs, clock.now());
    const until = new Date(clock.now() + leftMs).toISOString();
    return failed(
      hold.rejection.reason,
      `${hold.rejection.detail}; this login is not sent again before ${until}`,
    );
  }

  return {
    hold(key, rejection) {
      dropExpired();
      const askedMs = rejection.kind === 'blocked' ? (rejection.retryAfterSeconds ?? 0) * 1_000 : 0;
      holds.set(key, { rejection, untilMs: clock.monotonicMs() + Math.max(HOLD_MS, askedMs) });
      return heldBack(key) ?? rejection;
    },
    heldBack,
  };
}

function blockedFor(leftMs: number, now: number): Blocked {
  return blocked('login', String(Math.ceil(leftMs / 1_000)), now);
}
