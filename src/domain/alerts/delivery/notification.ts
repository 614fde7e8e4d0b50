import type { Alert } from '../alert.ts';
import type { Silence } from '../lifecycle/silence.ts';

/** One message to one receiver: decided, not yet sent. Stored in the history database until it is settled. */
export interface Notification {
  /** A random id that stays the same when the message is sent again, so that a receiver can drop duplicates. */
  readonly id: string;
  /** The receiver's name. */
  readonly receiver: string;
  /**
   * Shared by all messages about the same group of alerts. Threads, updates and deduplication keys depend on
   * it.
   */
  readonly groupKey: string;
  readonly transition: Transition;
  /** Alerts that began or ended together. Never empty. */
  readonly alerts: readonly Alert[];
  /** How many alerts were left out because the message would be too long. */
  readonly truncatedAlerts: number;
  /** When it was decided, in milliseconds since the epoch. */
  readonly at: number;
  /** Headroom's page, with a slash at its end. */
  readonly pageUrl: string;
  /**
   * The receiver's handle of an earlier message of the group, such as a Slack `ts`; undefined for the first
   * message.
   */
  readonly thread: string | undefined;
  /** How many other alerts of the group still fire. Default 0. The group has ended only if it is 0. */
  readonly stillFiring?: number;
  /** The acknowledgement or silence: author, end and comment. For `acknowledge` only. */
  readonly silence?: Silence | undefined;
}

/**
 * Why a message is sent. `fire`: alerts have begun. `repeat`: they still fire. `resolve`: they have ended.
 * `acknowledge`: a user has acknowledged or silenced them.
 */
export type Transition = 'fire' | 'repeat' | 'resolve' | 'acknowledge';

/** The final outcome of a notification. */
export type Settlement =
  | { readonly kind: 'delivered'; readonly thread: string | undefined }
  /** The receiver rejected it permanently, or its queue was full. `reason` holds no secret. */
  | { readonly kind: 'dropped'; readonly reason: string };

/** Delivery statistics of one receiver. */
export interface ReceiverHealth {
  readonly name: string;
  /** Messages that wait to be sent. */
  readonly queued: number;
  /** Messages delivered since the start. */
  readonly sent: number;
  /** Messages given up since the start. */
  readonly failed: number;
  /** When the last message was delivered, in milliseconds since the epoch; undefined if none was. */
  readonly lastSentAt: number | undefined;
  /** The last failed attempt, without secrets; undefined after a message has been delivered. */
  readonly lastError: { readonly at: number; readonly message: string } | undefined;
}

/** Delivers messages to receivers. The port between `alerts/`, which decides, and `notify/`, which sends. */
export interface Notifier {
  /**
   * Queues a message. The listener given at creation receives its outcome exactly once, unless the process ends
   * before.
   */
  submit(notification: Notification): void;
  /** Passes the current state of all alerts to receivers that need state instead of messages (Alertmanager). */
  present(alerts: readonly Alert[]): void;
  /** Returns the statistics of all receivers, in the order of the configuration. */
  health(): readonly ReceiverHealth[];
}

/** What one receiver was sent about one alert. Stored until the receiver has been notified of the alert's end. */
export interface NotificationRecord {
  /** The receiver's name. */
  readonly receiver: string;
  readonly fingerprint: string;
  /** The rule's name. */
  readonly rule: string;
  /** Shared by the alerts that were records in one message. */
  readonly groupKey: string;
  /** When the last fire or repeat notification about it was decided, in milliseconds since the epoch. */
  readonly toldAt: number;
  /** What the receiver gave back for the first message of the group. */
  readonly thread: string | undefined;
  /**
   * The id of the notification about it that has not been settled; the next one waits for it. Undefined if
   * there is none.
   */
  readonly inFlight: string | undefined;
  /** Whether any notification about it was delivered. If none was, its end is not reported. */
  readonly hasArrived: boolean;
  /** The alert as it ended, until a resolve notification is decided; undefined while it fires. */
  readonly over: Alert | undefined;
}

/**
 * Applies the outcome of a notification to the records of its receiver.
 * @param records all records of the receiver
 * @returns the records of the notification's group, with thread and delivery updated
 */
export function settleRecords(
  records: readonly NotificationRecord[],
  { id, groupKey }: Pick<Notification, 'id' | 'groupKey'>,
  settlement: Settlement,
): NotificationRecord[] {
  return records
    .filter((entry) => entry.groupKey === groupKey)
    .map((entry) => ({ ...entry, ...changesOf(entry, id, settlement) }));
}

function changesOf(
  entry: NotificationRecord,
  id: string,
  settlement: Settlement,
): Partial<NotificationRecord> {
  const thread = entry.thread ?? (settlement.kind === 'delivered' ? settlement.thread : undefined);
  if (entry.inFlight !== id) return { thread };
  const hasArrived = settlement.kind === 'delivered' || entry.hasArrived;
  return { thread, inFlight: undefined, hasArrived };
}
