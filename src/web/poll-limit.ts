import type { Clock } from '../domain/clock.ts';

/** Decides whether a poll that somebody asks for may be made. */
export interface PollLimit {
  /**
   * Asks for one poll of a credential, and counts it when it may be made.
   * @returns 0 when it may; else how long to wait, in milliseconds
   */
  take(credential: string): number;
}

/** Between two polls of one credential that were asked for, in milliseconds: 10 s. */
const SPACING_MS = 10_000;
/** How many polls may be asked for within a minute, of all credentials together. */
const MOST_A_MINUTE = 30;
const MINUTE_MS = 60_000;

/**
 * Keeps people, and what they leave running, from spending Docker Hub's patience. The poller guards itself too: it never
 * has two probes of a credential under way, and leaves one that was blocked alone.
 */
export function createPollLimit(clock: Pick<Clock, 'monotonicMs'>): PollLimit {
  /** The polls of the last minute: when each was taken, by credential; the oldest first. */
  const taken: { readonly credential: string; readonly atMs: number }[] = [];

  return {
    take(credential) {
      const nowMs = clock.monotonicMs();
      while (taken[0] && nowMs - taken[0].atMs >= MINUTE_MS) taken.shift();
      const own = taken.findLast((poll) => poll.credential === credential);
      if (own && nowMs - own.atMs < SPACING_MS) return own.atMs + SPACING_MS - nowMs;
      const [oldest] = taken;
      if (oldest && taken.length >= MOST_A_MINUTE) return oldest.atMs + MINUTE_MS - nowMs;
      taken.push({ credential, atMs: nowMs });
      return 0;
    },
  };
}
