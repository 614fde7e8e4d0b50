import type { BlockReason } from '../domain/failure.ts';
import type { Reading } from '../domain/reading.ts';

/** How long a credential rests because the hub has blocked it. */
export interface BackOff {
  /** Blocked answers in a row. */
  readonly blocks: number;
  /** Not to be probed before this moment, in milliseconds of the monotonic clock. */
  readonly untilMs: number;
}

/** A credential that is not blocked. */
export const NO_BACK_OFF: BackOff = { blocks: 0, untilMs: Number.NEGATIVE_INFINITY };

/**
 * The first pause when the hub names none, in milliseconds: 60 seconds, and for a locked login the 10 minutes that
 * Docker locks a user name for (docker/hub-feedback#2201), in which even the right password fails.
 */
const FIRST_PAUSE_MS = { abuse: 60_000, login: 600_000 } as const satisfies Record<BlockReason, number>;
/** The longest pause that Headroom chooses itself, in milliseconds (15 minutes). */
const MAX_PAUSE_MS = 900_000;

/**
 * The back-off after one more reading: as long as the hub asks for, otherwise doubling from the first pause up to 15
 * minutes. Any answer but a block ends it.
 * @param nowMs when the reading was taken, in milliseconds of the monotonic clock
 */
export function nextBackOff(before: BackOff, reading: Reading, nowMs: number): BackOff {
  if (reading.kind !== 'blocked') return NO_BACK_OFF;
  const { reason, retryAfterSeconds } = reading;
  const chosenMs = Math.min(FIRST_PAUSE_MS[reason] * 2 ** before.blocks, MAX_PAUSE_MS);
  const pauseMs = retryAfterSeconds === undefined ? chosenMs : retryAfterSeconds * 1_000;
  return { blocks: before.blocks + 1, untilMs: nowMs + pauseMs };
}

/** What a credential does at a tick of its schedule. */
export type TickPlan =
  | { readonly kind: 'probe'; readonly delayMs: number }
  | { readonly kind: 'skip'; readonly reason: SkipReason };

/**
 * `under_way` its last probe waits or runs; `backing_off` the hub has blocked it; `just_probed` a probe off the
 * schedule has only just answered.
 */
type SkipReason = 'under_way' | 'backing_off' | 'just_probed';

/** What the plan for a tick depends on. Moments are milliseconds of the monotonic clock. */
export interface TickSituation {
  readonly nowMs: number;
  readonly isUnderWay: boolean;
  readonly backOff: BackOff;
  /** When the last probe began, if it was off the schedule and learned something. */
  readonly extraProbeAtMs: number | undefined;
  readonly intervalMs: number;
  readonly jitterMs: number;
}

/**
 * How long a probe off the schedule (at the start, or asked for) stands for the tick that follows, in milliseconds: one
 * interval, at most a minute. Otherwise a start would cost the hub one request more than the schedule says.
 */
const EXTRA_PROBE_STANDS_MS = 60_000;

/**
 * Decides what a credential does at a tick.
 * @param random at least 0, less than 1: which part of the jitter
 */
export function planTick(situation: TickSituation, random: number): TickPlan {
  const { nowMs, intervalMs, extraProbeAtMs } = situation;
  if (situation.isUnderWay) return { kind: 'skip', reason: 'under_way' };
  if (nowMs < situation.backOff.untilMs) return { kind: 'skip', reason: 'backing_off' };
  const standsMs = Math.min(intervalMs, EXTRA_PROBE_STANDS_MS);
  if (extraProbeAtMs !== undefined && nowMs - extraProbeAtMs < standsMs) {
    return { kind: 'skip', reason: 'just_probed' };
  }
  // A probe that waited longer than one interval would swallow the next tick.
  return { kind: 'probe', delayMs: Math.floor(random * Math.min(situation.jitterMs, intervalMs)) };
}
