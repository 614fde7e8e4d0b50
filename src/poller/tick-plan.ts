import type { BlockReason } from '../domain/failure.ts';
import type { Reading } from '../domain/reading.ts';

/** Contains how long a credential is not polled because the hub has blocked it. */
export interface BackOff {
  /** How many answers in a row were blocks. */
  readonly blocks: number;
  /** The end of the pause, in milliseconds of the monotonic clock. */
  readonly untilMs: number;
}

/** The back-off of a credential that is not blocked. */
export const NO_BACK_OFF: BackOff = { blocks: 0, untilMs: Number.NEGATIVE_INFINITY };

/**
 * The first pause when the hub names none, in milliseconds: 60 seconds, and for a locked login the 10 minutes that
 * Docker locks a user name for (docker/hub-feedback#2201), in which even the right password fails.
 */
const FIRST_PAUSE_MS = { abuse: 60_000, login: 600_000 } as const satisfies Record<BlockReason, number>;
/** The longest pause that Headroom chooses itself, in milliseconds (15 minutes). */
const MAX_PAUSE_MS = 900_000;

/**
 * Returns the back-off after one more reading: the pause that the hub requests, otherwise a pause that doubles with each
 * block up to 15 minutes. Any reading other than a block ends the back-off.
 * @param nowMs time of the reading, in milliseconds of the monotonic clock
 */
export function nextBackOff(before: BackOff, reading: Reading, nowMs: number): BackOff {
  if (reading.kind !== 'blocked') return NO_BACK_OFF;
  const { reason, retryAfterSeconds } = reading;
  const chosenMs = Math.min(FIRST_PAUSE_MS[reason] * 2 ** before.blocks, MAX_PAUSE_MS);
  const pauseMs = retryAfterSeconds === undefined ? chosenMs : retryAfterSeconds * 1_000;
  return { blocks: before.blocks + 1, untilMs: nowMs + pauseMs };
}

/** The decision for a tick of the schedule: to probe after a delay in milliseconds, or to skip the tick. */
export type TickPlan =
  | { readonly kind: 'probe'; readonly delayMs: number }
  | { readonly kind: 'skip'; readonly reason: SkipReason };

/**
 * Why a tick is skipped: `under_way` the last probe is still waiting or running; `backing_off` the hub has blocked the
 * credential; `just_probed` a probe that was not scheduled has recently succeeded.
 */
type SkipReason = 'under_way' | 'backing_off' | 'just_probed';

/** Contains what the decision for a tick depends on. Instants are in milliseconds of the monotonic clock. */
export interface TickSituation {
  readonly nowMs: number;
  readonly isUnderWay: boolean;
  readonly backOff: BackOff;
  /** When the last probe began, if it was not scheduled and succeeded; otherwise undefined. */
  readonly extraProbeAtMs: number | undefined;
  readonly intervalMs: number;
  readonly jitterMs: number;
}

/**
 * How long a probe that was not scheduled (at the start, or by `probeNow`) replaces the next tick, in milliseconds: one
 * interval, at most a minute. Otherwise a start would send one request more than the schedule allows.
 */
const EXTRA_PROBE_COUNTS_MS = 60_000;

/**
 * Decides whether a credential is probed at a tick.
 * @param random a number from 0 (included) to 1 (excluded), the share of the jitter that delays the probe
 */
export function planTick(situation: TickSituation, random: number): TickPlan {
  const { nowMs, intervalMs, extraProbeAtMs } = situation;
  if (situation.isUnderWay) return { kind: 'skip', reason: 'under_way' };
  if (nowMs < situation.backOff.untilMs) return { kind: 'skip', reason: 'backing_off' };
  const countsMs = Math.min(intervalMs, EXTRA_PROBE_COUNTS_MS);
  if (extraProbeAtMs !== undefined && nowMs - extraProbeAtMs < countsMs) {
    return { kind: 'skip', reason: 'just_probed' };
  }
  // If a probe waited longer than one interval, the next tick would be skipped.
  return { kind: 'probe', delayMs: Math.floor(random * Math.min(situation.jitterMs, intervalMs)) };
}
