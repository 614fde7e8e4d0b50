import type { Alert } from '../alert.ts';
import { isActiveFor } from '../lifecycle/silence.ts';
import {
  composeFire,
  composeRepeat,
  composeResolve,
  countFiring,
  type DispatchInput,
  type EndedRecord,
} from './compose-message.ts';
import type { Notification, NotificationRecord } from './notification.ts';
import { deliveryModeOf, isQuiet } from './receiver.ts';

/** The notifications to send now, and the changes of the records. */
export interface Dispatch {
  readonly notifications: readonly Notification[];
  /** Those that are new or have changed. */
  readonly records: readonly NotificationRecord[];
  /** Fingerprints of the records to remove. */
  readonly removed: readonly string[];
}

/**
 * How long alerts of one rule are gathered into one message, in milliseconds (15 s): the credentials of one
 * round of polls answer within their jitter of 10 s. The first critical alert is sent at once, those that
 * follow it are gathered.
 */
export const GATHER_MS = 15_000;
/** How long the end of some alerts of a group waits for the end of the others, in milliseconds (5 minutes). */
const GATHER_RESOLVES_MS = 5 * 60_000;

/**
 * Decides which notifications one receiver gets now, from the firing alerts and from the records of what it was
 * sent. After quiet hours, a silence or a restart it gets what still applies, and nothing twice.
 */
export function dispatch(input: DispatchInput): Dispatch {
  if (deliveryModeOf(input.receiver.target) === 'state')
    return { notifications: [], records: [], removed: [] };
  const reopened = reopenRecords(input);
  const records = new Map([...input.records, ...reopened].map((entry) => [entry.fingerprint, entry]));
  const allRecords = [...records.values()];
  const { ends, removed } = selectResolves(input, allRecords);
  const messages = [
    ...ends.map((group) => composeResolve(input, group, allRecords)),
    ...selectFires(input, allRecords).map((alerts) => composeFire(input, alerts)),
    ...selectRepeats(input, allRecords).map((group) => composeRepeat(input, group)),
  ];
  return {
    notifications: messages.map(({ notification }) => notification),
    records: [...reopened, ...messages.flatMap((message) => message.records)],
    removed: [...removed, ...ends.flat().map(({ fingerprint }) => fingerprint)],
  };
}

/** Returns the records of alerts that fire again before their end was sent: what was sent is true again. */
function reopenRecords({ firing, records }: DispatchInput): NotificationRecord[] {
  const fingerprints = new Set(firing.map(({ fingerprint }) => fingerprint));
  return records
    .filter(({ over, fingerprint }) => over && fingerprints.has(fingerprint))
    .map((entry) => ({ ...entry, over: undefined }));
}

function selectFires(input: DispatchInput, records: readonly NotificationRecord[]): Alert[][] {
  const { firing, now } = input;
  const recorded = new Set(records.map(({ fingerprint }) => fingerprint));
  const fresh = firing.filter((alert) => !recorded.has(alert.fingerprint) && mayNotify(input, alert));
  return groupBy(fresh, ({ rule }) => rule).filter((alerts) => {
    const hasJustSent = records.some(
      ({ rule, toldAt }) => rule === alerts[0]?.rule && now - toldAt < GATHER_MS,
    );
    const isUrgent = alerts.some(({ severity }) => severity === 'critical');
    const firstAt = Math.min(...alerts.map(({ firedAt }) => firedAt ?? now));
    return !hasJustSent && (isUrgent || now - firstAt >= GATHER_MS);
  });
}

function selectRepeats(
  input: DispatchInput,
  records: readonly NotificationRecord[],
): { alert: Alert; record: NotificationRecord }[][] {
  const { receiver, firing, now } = input;
  const byFingerprint = new Map(records.map((entry) => [entry.fingerprint, entry]));
  const overSubjects = new Set(records.flatMap(({ over }) => over?.subject.key ?? []));
  const lasting = firing.flatMap((alert) => {
    const entry = byFingerprint.get(alert.fingerprint);
    // A change is reported once. An end of the same subject is reported before what still fires.
    const isUntimely = alert.when === 'changed' || overSubjects.has(alert.subject.key);
    const mayRepeat = entry && !entry.inFlight && !isUntimely && mayNotify(input, alert);
    return mayRepeat ? [{ alert, record: entry }] : [];
  });
  return groupBy(lasting, (item) => item.record.groupKey).filter((group) =>
    group.some((item) => now - item.record.toldAt >= receiver.repeatIntervalMs),
  );
}

/** Returns ended records to notify now, by group, and fingerprints of records to remove without a notification. */
function selectResolves(
  input: DispatchInput,
  records: readonly NotificationRecord[],
): { ends: EndedRecord[][]; removed: string[] } {
  const ended = records.filter((entry): entry is EndedRecord => entry.over !== undefined && !entry.inFlight);
  const isNotSent = (entry: EndedRecord) => !entry.hasArrived || isSuppressed(input, entry.over, records);
  const news = ended.filter((entry) => !isNotSent(entry) && !isHeldBack(input, entry.over));
  return {
    ends: groupBy(news, ({ groupKey }) => groupKey).filter((group) => isGathered(group, records, input.now)),
    removed: ended.filter(isNotSent).map(({ fingerprint }) => fingerprint),
  };
}

function isGathered(
  group: readonly EndedRecord[],
  records: readonly NotificationRecord[],
  now: number,
): boolean {
  const ends = group.map(({ over }) => over.resolvedAt ?? now);
  const isWhole = countFiring(group, records) === 0;
  return isWhole ? now - Math.max(...ends) >= GATHER_MS : now - Math.min(...ends) >= GATHER_RESOLVES_MS;
}

/** Reports whether this receiver gets no notification of the end of an alert. */
function isSuppressed(
  { receiver }: DispatchInput,
  ended: Alert,
  records: readonly NotificationRecord[],
): boolean {
  if (!receiver.sendResolved) return true;
  const mode = deliveryModeOf(receiver.target);
  if (ended.resolution === 'overtaken') return mode !== 'incident';
  // If a bucket was low and then empty, the end of the exhaustion says enough.
  const isLesser = ended.when === 'low' || ended.when === 'running_out';
  const worse = records.some((entry) => {
    return (
      entry.over?.when === 'exhausted' && entry.over.subject.key === ended.subject.key && entry.hasArrived
    );
  });
  return isLesser && worse && mode === 'one_off';
}

function mayNotify(input: DispatchInput, alert: Alert): boolean {
  return (
    input.receiver.severities.includes(alert.severity) &&
    !isImpliedByExhausted(alert, input.firing) &&
    !input.silences.some((silence) => isActiveFor(silence, alert, input.now)) &&
    !isInQuietHours(input, alert)
  );
}

/**
 * Reports whether the notification of an end has to wait. A silence delays it; an acknowledgement does not,
 * because its author waits for the end.
 */
function isHeldBack(input: DispatchInput, ended: Alert): boolean {
  const isSilenced = input.silences.some((silence) => {
    return silence.kind === 'silence' && isActiveFor(silence, ended, input.now);
  });
  return isSilenced || isInQuietHours(input, ended);
}

function isInQuietHours({ receiver, now }: DispatchInput, { severity }: Alert): boolean {
  return receiver.quietHours !== undefined && severity !== 'critical' && isQuiet(receiver.quietHours, now);
}

/** Reports whether the alert says less than another one that fires: an exhausted bucket is always low. */
function isImpliedByExhausted({ when, subject }: Alert, firing: readonly Alert[]): boolean {
  if (when !== 'low' && when !== 'running_out') return false;
  return firing.some((other) => other.when === 'exhausted' && other.subject.key === subject.key);
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}
