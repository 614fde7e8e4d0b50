import { believe, hasSaneNumbers, isBelievable } from '../../believable.ts';
import type { Alert } from '../alert.ts';
import { CONDITIONS, SEVERITIES } from '../rules/alert-rule.ts';
import type { Silence } from './silence.ts';

/** A change of an alert or a silence. Stored in the history, and sent to live pages. */
export type AlertEvent =
  | { readonly kind: 'pending' | 'firing' | 'resolved'; readonly at: number; readonly alert: Alert }
  | {
      readonly kind: 'silenced' | 'acknowledged' | 'unsilenced';
      readonly at: number;
      readonly silence: Silence;
    };

/**
 * Stores what alerting needs after a restart: open alerts, silences, notification records, notifications that
 * are not settled, and the limits that changes are compared with. A document is JSON of the alert engine's own
 * format, found by kind and key.
 */
export interface AlertStore {
  /** Returns all documents, as they were committed last. */
  load(): readonly AlertDocument[];
  /**
   * Sets the listener for documents of an earlier process that become readable only after `load` because the
   * disk was missing. Documents that a commit has changed or removed since are left out.
   */
  onRecall(listener: (documents: readonly AlertDocument[]) => void): void;
  /**
   * Writes all changes, or none; they are committed when this returns. Of several values of one key the last
   * one counts; a key that is also removed is gone. If the file cannot be written, the changes stay in memory
   * and are written as soon as possible: a disk error never throws.
   * @throws TypeError if a value cannot be expressed in JSON; then nothing has changed
   */
  commit(changes: AlertChanges): void;
  /**
   * Returns the newest `limit` events of a range, oldest first.
   * @param from milliseconds since the epoch, inclusive
   * @param to milliseconds since the epoch, exclusive
   */
  events(from: number, to: number, limit: number): readonly AlertEvent[];
}

/** Changes that are written in one transaction. */
export interface AlertChanges {
  readonly put: readonly AlertDocument[];
  readonly remove: readonly Pick<AlertDocument, 'kind' | 'key'>[];
  readonly events: readonly AlertEvent[];
}

/** One document of the alert engine. */
export interface AlertDocument {
  readonly kind: 'alert' | 'silence' | 'told' | 'outbox' | 'baseline';
  readonly key: string;
  /** Any JSON value. */
  readonly value: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

const SUBJECT_KINDS: readonly unknown[] = ['bucket', 'credential', 'hub', 'team'];
const STATES: readonly unknown[] = ['pending', 'firing', 'resolved'];
const SILENCE_EVENTS: readonly unknown[] = ['silenced', 'acknowledged', 'unsilenced'];
const TRANSITIONS: readonly unknown[] = ['fire', 'repeat', 'resolve', 'acknowledge'];

/**
 * Checks a document that was read from the alert store, so that its numbers are safe to calculate with.
 * @returns undefined if the value has not the form of its kind, or holds an instant that is not believable
 */
export function restoreDocument({ kind, key, value }: AlertDocument): AlertDocument | undefined {
  const restored = restoreValue(kind, value);
  return restored === undefined ? undefined : { kind, key, value: restored };
}

/** Checks an event that was read from the alert store; undefined if it has not the form of one. */
export function restoreEvent(value: unknown): AlertEvent | undefined {
  if (!isFields(value) || !isBelievable('instantMs', value.at)) return undefined;
  if (SILENCE_EVENTS.includes(value.kind)) return isSilence(value.silence) ? (value as never) : undefined;
  const alert = restoreAlert(value.alert);
  return alert && STATES.includes(value.kind) ? ({ ...value, alert } as AlertEvent) : undefined;
}

function restoreValue(kind: AlertDocument['kind'], value: unknown): unknown {
  if (!isFields(value)) return undefined;
  switch (kind) {
    case 'alert': {
      const alert = restoreAlert(value.alert);
      const isTimed = isInstantOrAbsent(value.clearSince);
      return alert && isTimed ? { ...value, alert } : undefined;
    }
    case 'silence':
      return isSilence(value) ? value : undefined;
    case 'baseline': {
      const { limit, windowSeconds, seenAt } = value;
      if (!isBelievable('limit', limit) || !isBelievable('instantMs', seenAt)) return undefined;
      return { limit, windowSeconds: believe('windowSeconds', windowSeconds), seenAt };
    }
    case 'told':
      return restoreRecord(value);
    case 'outbox':
      return restoreNotification(value);
  }
}

function restoreRecord(value: Fields): unknown {
  const isWhole =
    areTexts(value.receiver, value.fingerprint, value.rule, value.groupKey) &&
    isBelievable('instantMs', value.toldAt);
  if (!isWhole) return undefined;
  if (value.over === undefined) return value;
  const over = restoreAlert(value.over);
  return over && { ...value, over };
}

function restoreNotification(value: Fields): unknown {
  const { alerts, silence } = value;
  const isWhole =
    areTexts(value.id, value.receiver, value.groupKey, value.pageUrl) &&
    isBelievable('instantMs', value.at) &&
    isBelievable('limit', value.truncatedAlerts) &&
    TRANSITIONS.includes(value.transition) &&
    (silence === undefined || isSilence(silence));
  if (!isWhole || !Array.isArray(alerts)) return undefined;
  const restored = alerts.flatMap((alert) => restoreAlert(alert) ?? []);
  return restored.length > 0 ? { ...value, alerts: restored } : undefined;
}

/**
 * Checks an alert. Limit, remaining, window and forecast are left out if they are not believable: the alert is
 * kept without them.
 */
function restoreAlert(value: unknown): Alert | undefined {
  if (!isFields(value)) return undefined;
  const { subject, credentials, labels, facts } = value;
  const isWhole =
    areTexts(value.fingerprint, value.rule, value.runbookUrl) &&
    (CONDITIONS as readonly unknown[]).includes(value.when) &&
    (SEVERITIES as readonly unknown[]).includes(value.severity) &&
    STATES.includes(value.state) &&
    isBelievable('instantMs', value.pendingAt) &&
    [value.firedAt, value.resolvedAt].every(isInstantOrAbsent);
  const isAbout =
    isFields(subject) &&
    SUBJECT_KINDS.includes(subject.kind) &&
    areTexts(subject.key) &&
    isSource(subject.source);
  const isTeam = isFields(subject) && subject.kind === 'team' && areTexts(subject.team, subject.per);
  const isNamed =
    Array.isArray(credentials) && (credentials.length > 0 || isTeam) && areTexts(...credentials);
  if (!isWhole || !isAbout || !isNamed) return undefined;
  if (!isFields(labels) || !areTexts(...Object.values(labels))) return undefined;
  if (!isFields(facts) || !isBelievable('instantMs', facts.at)) return undefined;
  const restored = {
    ...facts,
    remaining: believe('remaining', facts.remaining),
    limit: believe('limit', facts.limit),
    windowSeconds: believe('windowSeconds', facts.windowSeconds),
    before: restoreBefore(facts.before),
    forecast: isFields(facts.forecast) && hasSaneNumbers(facts.forecast) ? facts.forecast : undefined,
    trouble: isTrouble(facts.trouble) ? facts.trouble : undefined,
    lastSuccessAt: believe('instantMs', facts.lastSuccessAt),
  };
  return { ...value, facts: restored } as unknown as Alert;
}

function restoreBefore(before: unknown): unknown {
  if (!isFields(before) || !isBelievable('limit', before.limit)) return undefined;
  return { limit: before.limit, windowSeconds: believe('windowSeconds', before.windowSeconds) };
}

function isTrouble(trouble: unknown): boolean {
  return isFields(trouble) && areTexts(trouble.reason, trouble.meaning, trouble.advice);
}

function isSource(source: unknown): boolean {
  return source === undefined || (isFields(source) && areTexts(source.kind, source.value));
}

function isSilence(silence: unknown): boolean {
  return (
    isFields(silence) &&
    (silence.kind === 'silence' || silence.kind === 'acknowledgement') &&
    areTexts(silence.id, silence.subjectKey, silence.author, silence.comment) &&
    isBelievable('instantMs', silence.startsAt) &&
    isBelievable('instantMs', silence.endsAt)
  );
}

function isInstantOrAbsent(value: unknown): boolean {
  return value === undefined || isBelievable('instantMs', value);
}

function areTexts(...values: readonly unknown[]): boolean {
  return values.every((value) => typeof value === 'string');
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
