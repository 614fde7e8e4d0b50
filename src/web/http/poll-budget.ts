import type { Clock } from '../../kit/clock.ts';

/** The requests to Docker Hub that callers may cause, beyond those of the schedule. */
export interface PollBudget {
  /**
   * Spends one request for a credential where one is left.
   * @returns 0 when it was spent; else milliseconds until one is left
   */
  take(credential: string): number;
}

/** The shortest time between two requests for one credential, in milliseconds: 10 s. */
const SPACING_MS = 10_000;

/** A budget that fills up again steadily. */
interface Allowance {
  /** The most that can be left. */
  readonly most: number;
  /** Milliseconds until one more is left. */
  readonly everyMs: number;
}

/** For one credential: 5 at once, then one a minute; at most 65 an hour. */
const FOR_ONE: Allowance = { most: 5, everyMs: 60_000 };
/** For all credentials together: 30 at once, then 30 a minute; at most 1,830 an hour. */
const FOR_ALL: Allowance = { most: 30, everyMs: 2_000 };

/**
 * Creates the one budget of `/probe`, `/poll` and `/api/v1/poll`: full at the start, measured by the monotonic clock. The
 * poller limits itself too: it never has two probes of a credential under way, and sends none while one is blocked.
 */
export function createPollBudget(clock: Pick<Clock, 'monotonicMs'>): PollBudget {
  const all = createMeter(FOR_ALL);
  const each = new Map<string, Meter & { takenAtMs: number }>();

  return {
    take(credential) {
      const nowMs = clock.monotonicMs();
      let own = each.get(credential);
      if (!own) {
        own = { ...createMeter(FOR_ONE), takenAtMs: Number.NEGATIVE_INFINITY };
        each.set(credential, own);
      }
      const waitMs = Math.max(own.takenAtMs + SPACING_MS - nowMs, own.waitMs(nowMs), all.waitMs(nowMs));
      if (waitMs > 0) return waitMs;
      own.takenAtMs = nowMs;
      own.take(nowMs);
      all.take(nowMs);
      return 0;
    },
  };
}

interface Meter {
  /** Milliseconds until one is left, at most 0 when one is. */
  waitMs(nowMs: number): number;
  take(nowMs: number): void;
}

/** Counts by the moment at which everything is left again, as GCRA does: one number, and no rounding adds up. */
function createMeter({ most, everyMs }: Allowance): Meter {
  let fullAtMs = Number.NEGATIVE_INFINITY;
  return {
    waitMs: (nowMs) => fullAtMs - (most - 1) * everyMs - nowMs,
    take: (nowMs) => {
      fullAtMs = Math.max(fullAtMs, nowMs) + everyMs;
    },
  };
}
