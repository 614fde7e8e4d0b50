import { type Blocked, blocked, type Failed, failed } from '../domain/reading.ts';
import type { Clock } from '../kit/clock.ts';

/** What the hub said to a login that it will not hear again for a while. */
export type Rejection = Blocked | Failed;

/** A rejection as it is stored beyond the process. */
export interface StoredHold {
  readonly reason: 'unauthorized' | 'login';
  /** When the hub rejected the login, in milliseconds since the epoch. */
  readonly heldAt: number;
}

/** Stores holds beyond the process. Its methods never throw and never reject: a store that fails stores nothing. */
export interface HoldStore {
  /** Returns what is stored for a login, however old; undefined when there is nothing. */
  find(key: string): Promise<StoredHold | undefined>;
  put(key: string, hold: StoredHold): Promise<void>;
  /** Waits until no other process is sending this login, and claims it. Rejects with the signal's reason. */
  claim(key: string, signal: AbortSignal): Promise<ReleaseClaim>;
}

/** Ends a claim; `wasAccepted` lets waiting processes send the login without a claim. */
export type ReleaseClaim = (wasAccepted: boolean) => Promise<void>;

/** Keeps rejected logins from being sent again too soon. */
export interface Lockout {
  /** Holds a login back from now on; returns the reading of this first rejection. */
  hold(key: string, rejection: Rejection): Promise<Rejection>;
  /** Returns the reading of a login that is held back, or undefined when it may be sent. */
  heldBack(key: string): Promise<Rejection | undefined>;
  /** Claims a login in every store. Rejects with the signal's reason. */
  claim(key: string, signal: AbortSignal): Promise<ReleaseClaim>;
}

/** How long a rejected login is held back, in milliseconds (10 minutes): as long as Docker locks the user name. */
export const HOLD_MS = 600_000;
/** How far ahead of the clock a stored hold may be, in milliseconds (2 s): what a time server corrects in passing. */
const MAX_AHEAD_MS = 2_000;

/** Reports whether an answer of the token service means that this login must not be sent again. */
export function isRejection(reply: { readonly kind: string } | Rejection): reply is Rejection {
  if (!('reason' in reply)) return false;
  return reply.reason === 'unauthorized' || reply.reason === 'login';
}

/**
 * Returns how long a stored hold still applies, in milliseconds. Between processes only the wall clock can tell: a hold
 * from the future (the clock was set back) or older than `HOLD_MS` does not apply, so that no clock prolongs it.
 */
export function holdLeftMs(heldAt: number, now: number): number {
  const ageMs = now - heldAt;
  if (!(ageMs >= -MAX_AHEAD_MS && ageMs < HOLD_MS)) return 0;
  return Math.min(HOLD_MS, HOLD_MS - ageMs);
}

/**
 * Creates the lock-out of one hub. Docker locks a user name for 10 minutes after some failed logins, and then refuses
 * the right password too, everywhere: a monitor that repeats a wrong one every minute takes builds down. Keys are of
 * logins (see login-key.ts), not of credentials, so that all credentials with the same login share one attempt; a login
 * that has been changed has another key, and is sent at once.
 * @param stores where holds are kept beyond the process
 */
export function createLockout(clock: Clock, stores: readonly HoldStore[] = []): Lockout {
  const holds = new Map<string, { readonly rejection: Rejection; readonly untilMs: number }>();

  function dropExpired(): void {
    for (const [key, { untilMs }] of holds) if (untilMs <= clock.monotonicMs()) holds.delete(key);
  }

  function remembered(key: string): Rejection | undefined {
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

  async function recall(key: string): Promise<void> {
    for (const store of stores) {
      const stored = await store.find(key);
      const leftMs = stored ? holdLeftMs(stored.heldAt, clock.now()) : 0;
      if (!stored || leftMs === 0) continue;
      holds.set(key, { rejection: asRejection(stored), untilMs: clock.monotonicMs() + leftMs });
      return;
    }
  }

  return {
    async hold(key, rejection) {
      dropExpired();
      const askedMs = rejection.kind === 'blocked' ? (rejection.retryAfterSeconds ?? 0) * 1_000 : 0;
      holds.set(key, { rejection, untilMs: clock.monotonicMs() + Math.max(HOLD_MS, askedMs) });
      const stored = {
        reason: rejection.reason === 'login' ? 'login' : 'unauthorized',
        heldAt: clock.now(),
      } as const;
      await Promise.all(stores.map((store) => store.put(key, stored)));
      return remembered(key) ?? rejection;
    },
    async heldBack(key) {
      const known = remembered(key);
      if (known || stores.length === 0) return known;
      await recall(key);
      return remembered(key);
    },
    async claim(key, signal) {
      const releases: ReleaseClaim[] = [];
      const releaseAll: ReleaseClaim = async (wasAccepted) => {
        await Promise.all(releases.map((release) => release(wasAccepted)));
      };
      try {
        for (const store of stores) releases.push(await store.claim(key, signal));
      } catch (error) {
        await releaseAll(false);
        throw error;
      }
      return releaseAll;
    },
  };
}

function asRejection({ reason, heldAt }: StoredHold): Rejection {
  if (reason === 'login') return { kind: 'blocked', reason, retryAfterSeconds: undefined };
  return failed(reason, `The token service rejected this login at ${new Date(heldAt).toISOString()}`);
}

function blockedFor(leftMs: number, now: number): Blocked {
  return blocked('login', String(Math.ceil(leftMs / 1_000)), now);
}
