import type { Alert, AlertSubject } from '../domain/alerts/alert.ts';
import type { Notification, NotificationRecord } from '../domain/alerts/delivery/notification.ts';
import type { AlertRecord } from '../domain/alerts/lifecycle/advance-alert.ts';
import type { AlertChanges, AlertDocument, AlertEvent } from '../domain/alerts/lifecycle/alert-store.ts';
import { restoreDocument } from '../domain/alerts/lifecycle/alert-store.ts';
import type { Silence } from '../domain/alerts/lifecycle/silence.ts';
import type { AlertRule } from '../domain/alerts/rules/alert-rule.ts';
import { type Baseline, isExpired } from '../domain/alerts/rules/changed.ts';
import type { StoredAlerts } from '../domain/alerts/rules/evaluate-rule.ts';
import { shiftMoments, withoutFuture } from '../domain/shift-moments.ts';
import { createChanges } from './alert-changes.ts';

/** Everything that alerting stores, in memory, with the changes that have not been committed yet. */
export interface AlertingState extends StoredAlerts {
  /**
   * Loads stored documents.
   * @param now milliseconds since the epoch; later instants are corrected, except planned ends
   * @returns kind and key of the documents that are unusable and were left out
   */
  load(documents: readonly AlertDocument[], now: number): readonly string[];
  /** Shifts all stored instants after the wall clock was set, by milliseconds. */
  clockJumped(byMs: number): void;
  /** Returns open alerts by their keys. */
  records(): ReadonlyMap<string, AlertRecord>;
  /** Stores an alert after an evaluation; undefined removes it. */
  setRecord(key: string, record: AlertRecord | undefined): void;
  setBaseline(key: string, baseline: Baseline): void;
  silences(): readonly Silence[];
  addSilence(silence: Silence): void;
  endSilence(id: string): void;
  /** Returns what a receiver was sent. */
  notificationRecords(receiver: string): readonly NotificationRecord[];
  setNotificationRecord(record: NotificationRecord): void;
  removeNotificationRecord(receiver: string, fingerprint: string): void;
  /** Returns the names of the receivers that have records. */
  recordedReceivers(): readonly string[];
  /** Returns notifications that have not been settled, in the order in which they were decided. */
  outbox(): readonly Notification[];
  addToOutbox(notification: Notification): void;
  removeFromOutbox(id: string): void;
  addEvent(event: AlertEvent): void;
  /**
   * Stores the newest facts of each alert, and removes limits of buckets that will not come back.
   * @param now milliseconds since the epoch
   */
  maintain(now: number): void;
  take(): AlertChanges | undefined;
  putBack(changes: AlertChanges): void;
}

/** How much older the stored facts of an alert may be than the known ones, in milliseconds (5 minutes). */
const MAX_FACTS_AGE_MS = 5 * 60_000;

/** Fields that may hold a future instant. */
const PLANNED = ['endsAt'];

/** Creates an empty state. */
export function createAlertingState(): AlertingState {
  return new TrackedState();
}

class TrackedState implements AlertingState {
  readonly #changes = createChanges();
  readonly #records = new Map<string, AlertRecord>();
  /** When the stored facts of each alert were observed. */
  readonly #writtenAt = new Map<string, number>();
  /** Keys of the alerts that fire for exhausted buckets, by subject. */
  readonly #exhausted = new Map<string, Set<string>>();
  readonly #baselines = new Map<string, Baseline>();
  readonly #silences = new Map<string, Silence>();
  readonly #notificationRecords = new Map<string, Map<string, NotificationRecord>>();
  readonly #outbox = new Map<string, Notification>();

  load(documents: readonly AlertDocument[], now: number): readonly string[] {
    const unusable: string[] = [];
    for (const document of documents) {
      const { kind, key } = document;
      const restored = restoreDocument(document)?.value;
      const value = restored && withoutFuture(restored, now, PLANNED);
      if (value === undefined) {
        unusable.push(`${kind} ${key}`);
        continue;
      }
      if (kind === 'alert') this.#keep(key, value as AlertRecord);
      if (kind === 'baseline') this.#baselines.set(key, value as Baseline);
      if (kind === 'silence') this.#silences.set(key, value as Silence);
      if (kind === 'told')
        this.#recordsOf((value as NotificationRecord).receiver).set(
          (value as NotificationRecord).fingerprint,
          value as NotificationRecord,
        );
      if (kind === 'outbox') this.#outbox.set(key, value as Notification);
    }
    const inOrder = [...this.#outbox].sort(([, a], [, b]) => a.at - b.at);
    this.#outbox.clear();
    for (const [id, notification] of inOrder) this.#outbox.set(id, notification);
    return unusable;
  }

  clockJumped(byMs: number): void {
    for (const [key, record] of this.#records) {
      const moved = shiftMoments(record, byMs);
      this.#records.set(key, moved);
      this.#write(key, moved);
    }
    for (const [key, baseline] of this.#baselines) this.setBaseline(key, shiftMoments(baseline, byMs));
    for (const silence of this.#silences.values()) this.addSilence(shiftMoments(silence, byMs));
    for (const byFingerprint of this.#notificationRecords.values()) {
      for (const record of byFingerprint.values()) this.setNotificationRecord(shiftMoments(record, byMs));
    }
    for (const notification of this.#outbox.values()) this.addToOutbox(shiftMoments(notification, byMs));
  }

  records(): ReadonlyMap<string, AlertRecord> {
    return this.#records;
  }

  record(key: string): AlertRecord | undefined {
    return this.#records.get(key);
  }

  setRecord(key: string, record: AlertRecord | undefined): void {
    const before = this.#records.get(key);
    if (before === record) return;
    if (!record) {
      this.#records.delete(key);
      if (before) this.#exhausted.get(before.alert.subject.key)?.delete(key);
      this.#changes.remove('alert', key);
      return;
    }
    this.#keep(key, record);
    if (!before || hasNotableChange(before, record)) this.#write(key, record);
  }

  baseline(key: string): Baseline | undefined {
    return this.#baselines.get(key);
  }

  setBaseline(key: string, baseline: Baseline): void {
    if (this.#baselines.get(key) === baseline) return;
    this.#baselines.set(key, baseline);
    this.#changes.put({ kind: 'baseline', key, value: baseline });
  }

  open({ name, condition }: AlertRule): readonly Alert[] {
    const alerts = [...this.#records.values()].map(({ alert }) => alert);
    return alerts.filter(({ rule, when }) => rule === name && when === condition.when);
  }

  isExhausted({ key }: AlertSubject): boolean {
    return (this.#exhausted.get(key)?.size ?? 0) > 0;
  }

  silences(): readonly Silence[] {
    return [...this.#silences.values()];
  }

  addSilence(silence: Silence): void {
    this.#silences.set(silence.id, silence);
    this.#changes.put({ kind: 'silence', key: silence.id, value: silence });
  }

  endSilence(id: string): void {
    this.#silences.delete(id);
    this.#changes.remove('silence', id);
  }

  notificationRecords(receiver: string): readonly NotificationRecord[] {
    return [...(this.#notificationRecords.get(receiver)?.values() ?? [])];
  }

  setNotificationRecord(record: NotificationRecord): void {
    this.#recordsOf(record.receiver).set(record.fingerprint, record);
    this.#changes.put({ kind: 'told', key: recordKey(record.receiver, record.fingerprint), value: record });
  }

  removeNotificationRecord(receiver: string, fingerprint: string): void {
    this.#notificationRecords.get(receiver)?.delete(fingerprint);
    this.#changes.remove('told', recordKey(receiver, fingerprint));
  }

  recordedReceivers(): readonly string[] {
    return [...this.#notificationRecords.keys()];
  }

  outbox(): readonly Notification[] {
    return [...this.#outbox.values()];
  }

  addToOutbox(notification: Notification): void {
    this.#outbox.set(notification.id, notification);
    this.#changes.put({ kind: 'outbox', key: notification.id, value: notification });
  }

  removeFromOutbox(id: string): void {
    this.#outbox.delete(id);
    this.#changes.remove('outbox', id);
  }

  addEvent(event: AlertEvent): void {
    this.#changes.addEvent(event);
  }

  maintain(now: number): void {
    for (const [key, record] of this.#records) {
      const writtenAt = this.#writtenAt.get(key) ?? 0;
      if (record.alert.facts.at - writtenAt >= MAX_FACTS_AGE_MS) this.#write(key, record);
    }
    for (const [key, baseline] of this.#baselines) {
      if (!isExpired(baseline, now)) continue;
      this.#baselines.delete(key);
      this.#changes.remove('baseline', key);
    }
  }

  take(): AlertChanges | undefined {
    return this.#changes.take();
  }

  putBack(changes: AlertChanges): void {
    this.#changes.putBack(changes);
  }

  #keep(key: string, record: AlertRecord): void {
    this.#records.set(key, record);
    const { when, state, subject } = record.alert;
    if (when !== 'exhausted' || state !== 'firing') return;
    const keys = this.#exhausted.get(subject.key) ?? new Set();
    this.#exhausted.set(subject.key, keys.add(key));
  }

  #write(key: string, record: AlertRecord): void {
    this.#writtenAt.set(key, record.alert.facts.at);
    this.#changes.put({ kind: 'alert', key, value: record });
  }

  #recordsOf(receiver: string): Map<string, NotificationRecord> {
    const known = this.#notificationRecords.get(receiver) ?? new Map<string, NotificationRecord>();
    this.#notificationRecords.set(receiver, known);
    return known;
  }
}

/** Reports whether a change is stored at once. New numbers are not: they change with every probe. */
function hasNotableChange(before: AlertRecord, after: AlertRecord): boolean {
  return (
    before.alert.state !== after.alert.state ||
    before.clearSince !== after.clearSince ||
    before.alert.credentials.length !== after.alert.credentials.length
  );
}

/** Builds the key of a notification record. Fingerprints contain no spaces. */
function recordKey(receiver: string, fingerprint: string): string {
  return `${fingerprint} ${receiver}`;
}
