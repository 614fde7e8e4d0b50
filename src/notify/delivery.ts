import type { Alert } from '../domain/alerts/alert.ts';
import type { Notification, ReceiverHealth } from '../domain/alerts/delivery/notification.ts';
import type { Receiver } from '../domain/alerts/delivery/receiver.ts';

/** Brings messages to one receiver. */
export interface Delivery {
  submit(notification: Notification): void;
  /** All alerts as they are now. */
  present(alerts: readonly Alert[]): void;
  /** Goes on with another configuration of the same receiver, of the same kind. Nothing that waits is lost. */
  use(receiver: Receiver): void;
  /** The receiver has been removed: what waits is still brought, for a minute at most. */
  retire(): void;
  /** Whether nothing waits and nothing is under way. */
  isIdle(): boolean;
  health(): ReceiverHealth;
  /** Ends within 2 seconds. What waits is not settled: whoever submitted it knows, and submits it again. */
  stop(): Promise<void>;
}

/** The pause before the second attempt, in milliseconds (1 s); each further one is twice as long. */
const FIRST_PAUSE_MS = 1_000;
/** The longest pause of our own choice, in milliseconds (1 min): whoever comes back should not wait for long. */
const MAX_BACKOFF_MS = 60_000;
/** The longest pause that another side can ask for, in milliseconds (1 h): a wrong header must not mute a receiver. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/** What the next attempt depends on. */
interface FailedAttempts {
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
  const growing = Math.min(FIRST_PAUSE_MS * 2 ** (count - 1), MAX_BACKOFF_MS);
  const pauseMs = growing / 2 + (growing / 2) * random;
  return Math.ceil(Math.max(pauseMs, Math.min(afterMs, MAX_RETRY_AFTER_MS)));
}
