import type { Alert } from '../domain/alerts/alert.ts';
import type { Notification, ReceiverHealth } from '../domain/alerts/delivery/notification.ts';
import type { Receiver } from '../domain/alerts/delivery/receiver.ts';

/** Delivers messages to one receiver. */
export interface Delivery {
  /** Queues a message. Its outcome is reported exactly once, unless `stop` is called before. */
  submit(notification: Notification): void;
  /** Passes the current state of all alerts. */
  present(alerts: readonly Alert[]): void;
  /** Applies a changed configuration of the same receiver, of the same kind. Waiting messages are kept. */
  use(receiver: Receiver): void;
  /**
   * Stops accepting messages because the receiver was removed. Waiting messages are still sent, for at most a
   * minute.
   */
  retire(): void;
  /** Reports whether no message waits or is being sent. */
  isIdle(): boolean;
  health(): ReceiverHealth;
  /** Stops within 2 seconds. Waiting messages are not settled: they are submitted again at the next start. */
  stop(): Promise<void>;
}

/** The pause before the second attempt, in milliseconds (1 s); each further pause is twice as long. */
const FIRST_PAUSE_MS = 1_000;
/** The longest pause that is not requested by the receiver, in milliseconds (1 minute). */
const MAX_BACKOFF_MS = 60_000;
/**
 * The longest pause that a receiver can request, in milliseconds (1 h): a wrong header must not mute it for
 * longer.
 */
const MAX_RETRY_AFTER_MS = 3_600_000;

/** The failed attempts that the next pause depends on. */
interface FailedAttempts {
  /** Attempts that failed in a row, at least 1. */
  readonly count: number;
  /** The pause that the receiver requests, in milliseconds; undefined if it requests none. */
  readonly afterMs: number | undefined;
}

/**
 * Returns the pause before the next attempt, in milliseconds. Half of it is random, so that messages that
 * failed together are not sent together again. It is never shorter than the receiver requests.
 * @param random at least 0, less than 1
 */
export function retryPauseMs({ count, afterMs = 0 }: FailedAttempts, random: number): number {
  const growing = Math.min(FIRST_PAUSE_MS * 2 ** (count - 1), MAX_BACKOFF_MS);
  const pauseMs = growing / 2 + (growing / 2) * random;
  return Math.ceil(Math.max(pauseMs, Math.min(afterMs, MAX_RETRY_AFTER_MS)));
}
