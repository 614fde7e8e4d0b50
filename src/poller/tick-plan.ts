import type { BackOff } from './back-off.ts';

/** What a credential does at a tick of its schedule. */
export type TickPlan =
  | { readonly kind: 'probe'; readonly delayMs: number }
  | { readonly kind: 'skip'; readonly reason: SkipReason };

/**
 * `under_way` its last probe waits or runs; `backing_off` the hub has blocked it; `just_probed` a probe off the
 * schedule has only just answered.
 */
export type SkipReason = 'under_way' | 'backing_off' | 'just_probed';

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
