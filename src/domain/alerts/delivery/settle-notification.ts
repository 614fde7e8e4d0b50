import type { Notification, Settlement } from './notification.ts';
import type { Told } from './notification-record.ts';

/**
 * Remembers what became of a message.
 * @param told what its receiver was told
 * @returns the entries that have changed
 */
export function settleTold(
  told: readonly Told[],
  { id, groupKey }: Pick<Notification, 'id' | 'groupKey'>,
  settlement: Settlement,
): Told[] {
  return told
    .filter((entry) => entry.groupKey === groupKey)
    .map((entry) => ({ ...entry, ...newsFor(entry, id, settlement) }));
}

function newsFor(entry: Told, id: string, settlement: Settlement): Partial<Told> {
  const thread = entry.thread ?? (settlement.kind === 'delivered' ? settlement.thread : undefined);
  if (entry.inFlight !== id) return { thread };
  const hasArrived = settlement.kind === 'delivered' || entry.hasArrived;
  return { thread, inFlight: undefined, hasArrived };
}
