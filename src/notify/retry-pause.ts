/** The pause before the second attempt, in milliseconds (1 s); each further one is twice as long. */
const FIRST_MS = 1_000;
/** The longest pause of our own choice, in milliseconds (1 min): whoever comes back should not wait for long. */
const LONGEST_MS = 60_000;
/** The longest pause that another side can ask for, in milliseconds (1 h): a wrong header must not mute a receiver. */
const LONGEST_ASKED_MS = 3_600_000;

/** What the next attempt depends on. */
export interface FailedAttempts {
  /** Attempts that failed in a row, at least 1. */
  readonly count: number;
  /** What the other side asked for, in milliseconds; undefined where it did not. */
  readonly afterMs: number | undefined;
}

/**
 * How long to wait before the next attempt, in milliseconds: half of it is chance, so that what failed together does not
 * come back together; but never shorter than the other side asks for.
 * @param random at least 0, less than 1
 */
export function retryPauseMs({ count, afterMs = 0 }: FailedAttempts, random: number): number {
  const growing = Math.min(FIRST_MS * 2 ** (count - 1), LONGEST_MS);
  const pauseMs = growing / 2 + (growing / 2) * random;
  return Math.ceil(Math.max(pauseMs, Math.min(afterMs, LONGEST_ASKED_MS)));
}
