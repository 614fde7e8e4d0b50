import type { Alert } from '../alert.ts';
import { holdsBack } from '../lifecycle/silence.ts';
import {
  composeFire,
  composeRepeat,
  composeResolve,
  countFiring,
  type DispatchInput,
  type Ended,
} from './compose-message.ts';
import type { Notification, NotificationRecord } from './notification.ts';
import { isQuiet, leftOpenAt } from './receiver.ts';

/** What is said now, and what is remembered of it. */
export interface Dispatch {
  readonly notifications: readonly Notification[];
  /** Those that are new or have changed. */
  readonly told: readonly NotificationRecord[];
  /** Fingerprints of what needs no remembering any more. */
  readonly forgotten: readonly string[];
}

/**
 * How long alerts of one rule gather into one message, in milliseconds (15 s): the credentials of one round of polls
 * answer within their jitter of 10 s. The first critical alert waits for nobody, those that follow it do.
 */
export const GATHER_MS = 15_000;
/** How long the end of some alerts of a group waits for the end of the others, in milliseconds (5 minutes). */
const GATHER_ENDS_MS = 5 * 60_000;

/**
 * Decides what one receiver is told now, from what fires and what it was told before: after quiet hours, a silence or a
 * restart it is told what still matters, and nothing twice.
 */
export function dispatch(input: DispatchInput): Dispatch {
  if (leftOpenAt(input.receiver.target) === 'state') return { notifications: [], told: [], forgotten: [] };
  const refired = refire(input);
  const told = new Map([...input.told, ...refired].map((entry) => [entry.fingerprint, entry]));
  const known = [...told.values()];
  const { ends, forgotten } = gatherEnds(input, known);
  const messages = [
    ...ends.map((group) => composeResolve(input, group, known)),
    ...gatherFires(input, known).map((alerts) => composeFire(input, alerts)),
    ...gatherRepeats(input, known).map((group) => composeRepeat(input, group)),
  ];
  return {
    notifications: messages.map(({ notification }) => notification),
    told: [...refired, ...messages.flatMap((message) => message.told)],
    forgotten: [...forgotten, ...ends.flat().map(({ fingerprint }) => fingerprint)],
  };
}

/** An alert that fires again before its end was told: what was told is still true. */
function refire({ firing, told }: DispatchInput): NotificationRecord[] {
  const fingerprints = new Set(firing.map(({ fingerprint }) => fingerprint));
  return told
    .filter(({ over, fingerprint }) => over && fingerprints.has(fingerprint))
    .map((entry) => ({ ...entry, over: undefined }));
}

function gatherFires(input: DispatchInput, told: readonly NotificationRecord[]): Alert[][] {
  const { firing, now } = input;
  const known = new Set(told.map(({ fingerprint }) => fingerprint));
  const fresh = firing.filter((alert) => !known.has(alert.fingerprint) && mayTell(input, alert));
  return groupBy(fresh, ({ rule }) => rule).filter((alerts) => {
    const hasJustTold = told.some(({ rule, toldAt }) => rule === alerts[0]?.rule && now - toldAt < GATHER_MS);
    const isUrgent = alerts.some(({ severity }) => severity === 'critical');
    const firstAt = Math.min(...alerts.map(({ firedAt }) => firedAt ?? now));
    return !hasJustTold && (isUrgent || now - firstAt >= GATHER_MS);
  });
}

function gatherRepeats(
  input: DispatchInput,
  told: readonly NotificationRecord[],
): { alert: Alert; told: NotificationRecord }[][] {
  const { receiver, firing, now } = input;
  const byFingerprint = new Map(told.map((entry) => [entry.fingerprint, entry]));
  const overSubjects = new Set(told.flatMap(({ over }) => over?.subject.key ?? []));
  const lasting = firing.flatMap((alert) => {
    const entry = byFingerprint.get(alert.fingerprint);
    // A change is news once; and what is over is told before what still lasts.
    const isUntimely = alert.when === 'changed' || overSubjects.has(alert.subject.key);
    const mayRepeat = entry && !entry.inFlight && !isUntimely && mayTell(input, alert);
    return mayRepeat ? [{ alert, told: entry }] : [];
  });
  return groupBy(lasting, (item) => item.told.groupKey).filter((group) =>
    group.some((item) => now - item.told.toldAt >= receiver.repeatIntervalMs),
  );
}

/** Ends that are told now, by group; and what is forgotten without a word. */
function gatherEnds(
  input: DispatchInput,
  told: readonly NotificationRecord[],
): { ends: Ended[][]; forgotten: string[] } {
  const over = told.filter((entry): entry is Ended => entry.over !== undefined && !entry.inFlight);
  const isNoNews = (entry: Ended) => !entry.hasArrived || isSwallowed(input, entry.over, told);
  const news = over.filter((entry) => !isNoNews(entry) && !isHeld(input, entry.over));
  return {
    ends: groupBy(news, ({ groupKey }) => groupKey).filter((group) => isGathered(group, told, input.now)),
    forgotten: over.filter(isNoNews).map(({ fingerprint }) => fingerprint),
  };
}

function isGathered(group: readonly Ended[], told: readonly NotificationRecord[], now: number): boolean {
  const ends = group.map(({ over }) => over.resolvedAt ?? now);
  const isWhole = countFiring(group, told) === 0;
  return isWhole ? now - Math.max(...ends) >= GATHER_MS : now - Math.min(...ends) >= GATHER_ENDS_MS;
}

/** Ends that are no news to this receiver. */
function isSwallowed({ receiver }: DispatchInput, over: Alert, told: readonly NotificationRecord[]): boolean {
  if (!receiver.sendResolved) return true;
  const leftOpen = leftOpenAt(receiver.target);
  if (over.resolution === 'overtaken') return leftOpen !== 'machine';
  // Where little was left before nothing was, the end of the worse one says it all.
  const isLesser = over.when === 'low' || over.when === 'running_out';
  const worse = told.some((entry) => {
    return (
      entry.over?.when === 'exhausted' && entry.over.subject.key === over.subject.key && entry.hasArrived
    );
  });
  return isLesser && worse && leftOpen === 'nothing';
}

function mayTell(input: DispatchInput, alert: Alert): boolean {
  return (
    input.receiver.severities.includes(alert.severity) &&
    !isOvershadowed(alert, input.firing) &&
    !input.silences.some((silence) => holdsBack(silence, alert, input.now)) &&
    !waitsForMorning(input, alert)
  );
}

/** A silence holds the end back too; an acknowledgement does not, as somebody waits for it. */
function isHeld(input: DispatchInput, over: Alert): boolean {
  const isSilenced = input.silences.some((silence) => {
    return silence.kind === 'silence' && holdsBack(silence, over, input.now);
  });
  return isSilenced || waitsForMorning(input, over);
}

function waitsForMorning({ receiver, now }: DispatchInput, { severity }: Alert): boolean {
  return receiver.quietHours !== undefined && severity !== 'critical' && isQuiet(receiver.quietHours, now);
}

/** An exhausted bucket is low anyway. */
function isOvershadowed({ when, subject }: Alert, firing: readonly Alert[]): boolean {
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
