import type { Alert } from '../alert.ts';
import type { Silence } from '../lifecycle/silence.ts';
import { matchesAlert } from '../lifecycle/silence.ts';
import type { Notification, NotificationRecord, Transition } from './notification.ts';
import { deliveryModeOf, type Receiver } from './receiver.ts';

/** Everything that the notifications of one receiver are decided from, at one moment. */
export interface DispatchInput {
  readonly receiver: Receiver;
  /** Every alert that fires, in the order in which messages list them. */
  readonly firing: readonly Alert[];
  /** What this receiver was sent. */
  readonly records: readonly NotificationRecord[];
  readonly silences: readonly Silence[];
  /** Headroom's page, with a slash at its end. */
  readonly pageUrl: string;
  /** Returns a new id for each notification. */
  readonly newId: () => string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A notification, and the records that change with it. */
interface ComposedMessage {
  readonly notification: Notification;
  /** Those that are new or have changed. */
  readonly records: readonly NotificationRecord[];
}

/** The record of an alert that has ended. */
export interface EndedRecord extends NotificationRecord {
  readonly over: Alert;
}

/** The most alerts in a message for people; further ones are counted only. */
const MAX_ALERTS = 50;

/** Composes a notification that alerts have begun to fire, with a new record for each. */
export function composeFire(input: DispatchInput, alerts: readonly Alert[]): ComposedMessage {
  const [first] = alerts;
  const groupKey = `${first?.rule}-${first?.fingerprint}-${first?.firedAt}`;
  const notification = compose(input, 'fire', alerts, { groupKey, thread: undefined });
  const records = alerts.map(
    ({ fingerprint, rule }): NotificationRecord => ({
      receiver: input.receiver.name,
      fingerprint,
      rule,
      groupKey,
      toldAt: input.now,
      thread: undefined,
      inFlight: notification.id,
      hasArrived: false,
      over: undefined,
    }),
  );
  return { notification, records };
}

/** Composes a reminder that the alerts of a group still fire, and updates their records. */
export function composeRepeat(
  input: DispatchInput,
  group: readonly { alert: Alert; record: NotificationRecord }[],
): ComposedMessage {
  const entries = group.map(({ record }) => record);
  const alerts = group.map(({ alert }) => alert);
  // If no earlier notification was delivered, this is the first one.
  const transition = entries.every(({ hasArrived }) => !hasArrived) ? 'fire' : 'repeat';
  const notification = compose(input, transition, alerts, groupOf(entries));
  return {
    notification,
    records: entries.map((entry) => ({ ...entry, toldAt: input.now, inFlight: notification.id })),
  };
}

/**
 * Composes a notification that alerts of a group have ended.
 * @param records all records of the receiver: those of the group that still fire are counted
 */
export function composeResolve(
  input: DispatchInput,
  group: readonly EndedRecord[],
  records: readonly NotificationRecord[],
): ComposedMessage {
  const alerts = group.map(({ over }) => over);
  const notification = {
    ...compose(input, 'resolve', alerts, groupOf(group)),
    stillFiring: countFiring(group, records),
  };
  return { notification, records: [] };
}

/**
 * Composes resolve notifications for a receiver that is about to be removed from the configuration, one for
 * each alert it was notified of: otherwise its incidents would stay open.
 */
export function composeRemoval(input: DispatchInput, records: readonly NotificationRecord[]): Notification[] {
  const { firing, now } = input;
  return records.flatMap((entry) => {
    const alert = entry.over ?? firing.find(({ fingerprint }) => fingerprint === entry.fingerprint);
    if (!alert || !entry.hasArrived) return [];
    const ended: Alert = { ...alert, state: 'resolved', resolvedAt: now, resolution: 'removed' };
    return compose(input, 'resolve', [ended], groupOf([entry]));
  });
}

/** Returns how many alerts of the group of these records still fire. */
export function countFiring(
  group: readonly NotificationRecord[],
  records: readonly NotificationRecord[],
): number {
  const groupKey = group[0]?.groupKey;
  return records.filter((entry) => entry.groupKey === groupKey && !entry.over).length;
}

/** Returns the key and the thread of the group that these records belong to. */
function groupOf(entries: readonly NotificationRecord[]): Pick<Notification, 'groupKey' | 'thread'> {
  const thread = entries.find((entry) => entry.thread !== undefined)?.thread;
  return { groupKey: entries[0]?.groupKey ?? '', thread };
}

/** Puts a message together. */
function compose(
  { receiver, pageUrl, newId, now }: Pick<DispatchInput, 'receiver' | 'pageUrl' | 'newId' | 'now'>,
  transition: Transition,
  alerts: readonly Alert[],
  group: Pick<Notification, 'groupKey' | 'thread'>,
): Notification {
  const most = deliveryModeOf(receiver.target) === 'incident' ? alerts.length : MAX_ALERTS;
  return {
    id: newId(),
    receiver: receiver.name,
    ...group,
    transition,
    alerts: alerts.slice(0, most),
    truncatedAlerts: Math.max(0, alerts.length - most),
    at: now,
    pageUrl,
  };
}

/**
 * Composes notifications that a user has acknowledged or silenced alerts: one for each group of alerts that the
 * receiver was notified of.
 */
export function composeAcknowledgements(input: DispatchInput, silence: Silence): Notification[] {
  const groups = new Map<string, { alerts: Alert[]; records: NotificationRecord[] }>();
  for (const entry of input.records) {
    const alert = input.firing.find(({ fingerprint }) => fingerprint === entry.fingerprint);
    if (!alert || !matchesAlert(silence, alert)) continue;
    const group = groups.get(entry.groupKey) ?? { alerts: [], records: [] };
    group.alerts.push(alert);
    group.records.push(entry);
    groups.set(entry.groupKey, group);
  }
  return [...groups.values()].map(({ alerts, records }) => ({
    ...compose(input, 'acknowledge', alerts, groupOf(records)),
    stillFiring: countFiring(records, input.records) - alerts.length,
    silence,
  }));
}
