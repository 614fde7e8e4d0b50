import type { Alert } from '../alert.ts';
import type { Silence } from '../lifecycle/silence.ts';
import { isAbout } from '../lifecycle/silencing.ts';
import { compose, countFiring, type DispatchInput, groupOf } from './compose-message.ts';
import type { Notification } from './notification.ts';
import type { NotificationRecord } from './notification-record.ts';

/**
 * Tells those who know of an alert that somebody takes it, or silences it: one message for each group they were told of.
 */
export function composeAcknowledgements(input: DispatchInput, silence: Silence): Notification[] {
  const groups = new Map<string, { alerts: Alert[]; told: NotificationRecord[] }>();
  for (const entry of input.told) {
    const alert = input.firing.find(({ fingerprint }) => fingerprint === entry.fingerprint);
    if (!alert || !isAbout(silence, alert)) continue;
    const group = groups.get(entry.groupKey) ?? { alerts: [], told: [] };
    group.alerts.push(alert);
    group.told.push(entry);
    groups.set(entry.groupKey, group);
  }
  return [...groups.values()].map(({ alerts, told }) => ({
    ...compose(input, 'acknowledge', alerts, groupOf(told)),
    stillFiring: countFiring(told, input.told) - alerts.length,
    silence,
  }));
}
