import type { Alert } from '../alert.ts';
import type { Silence } from '../lifecycle/silence.ts';

/** One message to one receiver, decided and not yet sent. Kept in the history database until it is settled. */
export interface Notification {
  /** Random; the same when it is sent again, so that a receiver can tell. */
  readonly id: string;
  /** The receiver's name. */
  readonly receiver: string;
  /** Messages about the same matter share it: threads, updates and deduplication keys hang on it. */
  readonly groupKey: string;
  readonly transition: Transition;
  /** Never empty; alerts that began or ended together are records together. */
  readonly alerts: readonly Alert[];
  /** Alerts that were left out, as the message would be too long. */
  readonly truncatedAlerts: number;
  /** When it was decided, in milliseconds since the epoch. */
  readonly at: number;
  /** Headroom's page, with a slash at its end. */
  readonly pageUrl: string;
  /** What the receiver gave back for an earlier message of the group, such as a Slack `ts`; undefined for the first. */
  readonly thread: string | undefined;
  /**
   * How many alerts of the group still fire beside those records of; default 0. A `resolve` with more is not the end of
   * the matter.
   */
  readonly stillFiring?: number;
  /** Who took it, or silenced it, until when and why; for `acknowledge` only. */
  readonly silence?: Silence | undefined;
}

/**
 * Why a message is sent: `fire` something began, `repeat` it still lasts, `resolve` it is over, `acknowledge` somebody
 * took it, or silenced it.
 */
export type Transition = 'fire' | 'repeat' | 'resolve' | 'acknowledge';

/** What became of a notification. */
export type Settlement =
  | { readonly kind: 'delivered'; readonly thread: string | undefined }
  /** Refused for good, or its queue was full. `reason` holds no secret. */
  | { readonly kind: 'dropped'; readonly reason: string };

/** How deliveries to one receiver went. */
export interface ReceiverHealth {
  readonly name: string;
  /** Messages that wait. */
  readonly queued: number;
  /** Messages that arrived since the start. */
  readonly sent: number;
  /** Messages that did not, since the start. */
  readonly failed: number;
  /** When the last one arrived, in milliseconds since the epoch. */
  readonly lastSentAt: number | undefined;
  /** What the last failed attempt said, without secrets; undefined as soon as one arrives. */
  readonly lastError: { readonly at: number; readonly message: string } | undefined;
}

/** Brings messages to receivers: the port between who decides and who delivers. */
export interface Notifier {
  /**
   * Queues a message. It is settled exactly once, by the listener that the notifier was created with, unless the
   * process ends before.
   */
  submit(notification: Notification): void;
  /** All alerts as they are now, for receivers that want the state rather than messages (Alertmanager). */
  present(alerts: readonly Alert[]): void;
  /** In the order of the configuration. */
  health(): readonly ReceiverHealth[];
}

/** What one receiver was records of one alert, until it has been records of its end. */
export interface NotificationRecord {
  /** The receiver's name. */
  readonly receiver: string;
  readonly fingerprint: string;
  /** The rule's name. */
  readonly rule: string;
  /** Shared by the alerts that were records in one message. */
  readonly groupKey: string;
  /** When it was records of last, that it fires: milliseconds since the epoch. */
  readonly toldAt: number;
  /** What the receiver gave back for the first message of the group. */
  readonly thread: string | undefined;
  /** The message about it that has not been settled; the next one waits for that. */
  readonly inFlight: string | undefined;
  /** Whether any message about it has arrived; its end is no news to who never heard of it. */
  readonly hasArrived: boolean;
  /** The alert as it ended, to be records of; undefined while it fires. */
  readonly over: Alert | undefined;
}

/**
 * Remembers what became of a message.
 * @param records what its receiver was records
 * @returns the entries that have changed
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
