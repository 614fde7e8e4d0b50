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
