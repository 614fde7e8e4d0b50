import { type Blocked, blocked, type Failed, failed } from '../domain/reading.ts';
import type { Clock } from '../kit/clock.ts';

/** The reading of a login that the hub rejected and that is not sent again for some time. */
export type Rejection = Blocked | Failed;

/** Contains a rejection in the form in which a `HoldStore` stores it. */
export interface StoredHold {
  /** `unauthorized` for a wrong login, `login` for a user name that Docker has locked. */
  readonly reason: 'unauthorized' | 'login';
  /** When the hub rejected the login, in milliseconds since the epoch. */
  readonly heldAt: number;
}

/**
 * Stores holds so that they outlast the process. Its methods never throw; they reject only where noted. A store that
 * fails stores nothing. Keys are made by `loginKey`.
 */
export interface HoldStore {
  /** Returns the stored hold of a login, even if it has expired; undefined if there is none. */
  find(key: string): Promise<StoredHold | undefined>;
  /** Stores the hold of a login and replaces an earlier one. */
  put(key: string, hold: StoredHold): Promise<void>;
  /**
   * Waits until no other process is sending this login, then claims it. Rejects with the signal's reason if the signal
   * aborts first.
   * @returns releases the claim
   */
  claim(key: string, signal: AbortSignal): Promise<ReleaseClaim>;
}

/** Releases a claim. With `wasAccepted` true, waiting processes may send the login without a claim of their own. */
export type ReleaseClaim = (wasAccepted: boolean) => Promise<void>;

/** Prevents rejected logins from being sent again too soon. Keys are made by `loginKey`. */
export interface Lockout {
  /** Holds a login back from now on. Returns the reading of this rejection, with the end of the hold. */
  hold(key: string, rejection: Rejection): Promise<Rejection>;
  /** Returns the reading for a login that is held back; undefined if the login may be sent. */
  heldBack(key: string): Promise<Rejection | undefined>;
  /** Claims a login in every store. Rejects with the signal's reason if the signal aborts first. */
  claim(key: string, signal: AbortSignal): Promise<ReleaseClaim>;
}

/** How long a rejected login is held back, in milliseconds (10 minutes). Docker locks a user name for the same time. */
export const HOLD_MS = 600_000;
/** How far in the future a stored hold may lie, in milliseconds (2 s), because a time server has corrected the clock. */
const MAX_AHEAD_MS = 2_000;

/** Reports whether a reply of the token service means that this login must not be sent again for some time. */
export function isRejection(reply: { readonly kind: string } | Rejection): reply is Rejection {
  if (!('reason' in reply)) return false;
  return reply.reason === 'unauthorized' || reply.reason === 'login';
}

/**
 * Returns how long a stored hold still applies, in milliseconds; 0 if it does not apply. Only the wall clock is common to
 * several processes. A hold from the future (the clock was set back) or older than `HOLD_MS` does not apply, so that no
 * change of the clock prolongs it.
 * @param heldAt when the hub rejected the login, in milliseconds since the epoch
 */
export function holdLeftMs(heldAt: number, now: number): number {
  const ageMs = now - heldAt;
  if (!(ageMs >= -MAX_AHEAD_MS && ageMs < HOLD_MS)) return 0;
  return Math.min(HOLD_MS, HOLD_MS - ageMs);
}

/**
 * Creates the lockout of one hub. After some failed logins Docker locks a user name for 10 minutes and then rejects the
 * right password too, for every client. A monitor that repeats a wrong password every minute would break builds. Keys
 * identify logins (see `loginKey`), not credentials, so that all credentials with the same login share one attempt. A
 * changed login has another key and is sent at once.
 * @param stores stores that keep holds after the process ends. Default: none, holds are kept in memory only.
 */
export function createLockout(clock: Clock, stores: readonly HoldStore[] = []): Lockout {
  const holds = new Map<string, { readonly rejection: Rejection; readonly untilMs: number }>();

  function dropExpired(): void {
    for (const [key, { untilMs }] of holds) if (untilMs <= clock.monotonicMs()) holds.delete(key);
  }

  function heldInMemory(key: string): Rejection | undefined {
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

  async function loadStored(key: string): Promise<void> {
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
      const requestedMs = rejection.kind === 'blocked' ? (rejection.retryAfterSeconds ?? 0) * 1_000 : 0;
      holds.set(key, { rejection, untilMs: clock.monotonicMs() + Math.max(HOLD_MS, requestedMs) });
      const stored = {
        reason: rejection.reason === 'login' ? 'login' : 'unauthorized',
        heldAt: clock.now(),
      } as const;
      await Promise.all(stores.map((store) => store.put(key, stored)));
      return heldInMemory(key) ?? rejection;
    },
    async heldBack(key) {
      const known = heldInMemory(key);
      if (known || stores.length === 0) return known;
      await loadStored(key);
      return heldInMemory(key);
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
