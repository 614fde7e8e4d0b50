import { believe, hasSaneNumbers, isBelievable } from '../../believable.ts';
import type { Alert } from '../alert.ts';
import { CONDITIONS, SEVERITIES } from '../rules/alert-rule.ts';
import type { Silence } from './silence.ts';

/** Something that happened to an alert: what the history keeps, and live pages hear. */
export type AlertEvent =
  | { readonly kind: 'pending' | 'firing' | 'resolved'; readonly at: number; readonly alert: Alert }
  | {
      readonly kind: 'silenced' | 'acknowledged' | 'unsilenced';
      readonly at: number;
      readonly silence: Silence;
    };

/**
 * Keeps what alerting must not forget: alerts that are not over, silences, what each receiver was told, messages that
 * have not been settled, and the limits from which a change is told. Documents are JSON of the alert engine's own
 * choice, found by their kind and key.
 */
export interface AlertStore {
  /** All documents, as they were committed last. */
  load(): readonly AlertDocument[];
  /**
   * Sets what is called with the documents of an earlier process that can be read only after `load`, as its disk was not
   * there. Those that a commit has named meanwhile are left out.
   */
  onRecall(listener: (documents: readonly AlertDocument[]) => void): void;
  /**
   * Writes all of it, or nothing; it has been committed when this returns. Of several values of one key the last one
   * counts; what is also removed is gone. While the file cannot be written it is kept in memory, and written as soon as it
   * can be: never throws because of the disk.
   * @throws TypeError when JSON cannot say a value; then nothing has changed
   */
  commit(changes: AlertChanges): void;
  /**
   * Events of a range, oldest first, the newest `limit` of them. Instants are milliseconds since the epoch: `from` is
   * included, `to` is not.
   */
  events(from: number, to: number, limit: number): readonly AlertEvent[];
}

/** What is written at once. */
export interface AlertChanges {
  readonly put: readonly AlertDocument[];
  readonly remove: readonly Pick<AlertDocument, 'kind' | 'key'>[];
  readonly events: readonly AlertEvent[];
}

/** One document of the alert engine. */
export interface AlertDocument {
  readonly kind: 'alert' | 'silence' | 'told' | 'outbox' | 'baseline';
  readonly key: string;
  /** Anything that JSON can say. */
  readonly value: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

const SUBJECT_KINDS: readonly unknown[] = ['bucket', 'credential', 'hub'];
const STATES: readonly unknown[] = ['pending', 'firing', 'resolved'];
const SILENCE_EVENTS: readonly unknown[] = ['silenced', 'acknowledged', 'unsilenced'];
const TRANSITIONS: readonly unknown[] = ['fire', 'repeat', 'resolve', 'acknowledge'];

/**
 * Makes a document of the alert store of what was read back, so that whatever reads it can calculate with its numbers.
 * @returns undefined when it has not the form of its kind, or one of its instants is not believable
 */
export function restoreDocument({ kind, key, value }: AlertDocument): AlertDocument | undefined {
  const restored = restoreValue(kind, value);
  return restored === undefined ? undefined : { kind, key, value: restored };
}

/** Makes an event of the alert store of what was read back; undefined when it has not the form of one. */
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
      return restoreTold(value);
    case 'outbox':
      return restoreNotification(value);
  }
}

function restoreTold(value: Fields): unknown {
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

/** Limit, rest, window and forecast are left out where they are not believable: the alert is told without them. */
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
  const isNamed = Array.isArray(credentials) && credentials.length > 0 && areTexts(...credentials);
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
