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
