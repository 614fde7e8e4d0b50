import type { Notification, Settlement } from './notification.ts';
import type { NotificationRecord } from './notification-record.ts';

/**
 * Remembers what became of a message.
 * @param told what its receiver was told
 * @returns the entries that have changed
 */
export function settleRecords(
  told: readonly NotificationRecord[],
  { id, groupKey }: Pick<Notification, 'id' | 'groupKey'>,
  settlement: Settlement,
): NotificationRecord[] {
  return told
    .filter((entry) => entry.groupKey === groupKey)
    .map((entry) => ({ ...entry, ...newsFor(entry, id, settlement) }));
}

function newsFor(entry: NotificationRecord, id: string, settlement: Settlement): Partial<NotificationRecord> {
  const thread = entry.thread ?? (settlement.kind === 'delivered' ? settlement.thread : undefined);
  if (entry.inFlight !== id) return { thread };
  const hasArrived = settlement.kind === 'delivered' || entry.hasArrived;
  return { thread, inFlight: undefined, hasArrived };
}
