import type { Alert } from '../alert.ts';

/** What one receiver was told of one alert, until it has been told of its end. */
export interface NotificationRecord {
  /** The receiver's name. */
  readonly receiver: string;
  readonly fingerprint: string;
  /** The rule's name. */
  readonly rule: string;
  /** Shared by the alerts that were told in one message. */
  readonly groupKey: string;
  /** When it was told of last, that it fires: milliseconds since the epoch. */
  readonly toldAt: number;
  /** What the receiver gave back for the first message of the group. */
  readonly thread: string | undefined;
  /** The message about it that has not been settled; the next one waits for that. */
  readonly inFlight: string | undefined;
  /** Whether any message about it has arrived; its end is no news to who never heard of it. */
  readonly hasArrived: boolean;
  /** The alert as it ended, to be told of; undefined while it fires. */
  readonly over: Alert | undefined;
}
