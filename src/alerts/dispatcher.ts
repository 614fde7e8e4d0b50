import type { Alert } from '../domain/alerts/alert.ts';
import {
  composeAcknowledgements,
  composeRemoval,
  type DispatchInput,
} from '../domain/alerts/delivery/compose-message.ts';
import { dispatch } from '../domain/alerts/delivery/dispatch.ts';
import type { Notification, Notifier, Settlement } from '../domain/alerts/delivery/notification.ts';
import { settleRecords } from '../domain/alerts/delivery/notification.ts';
import type { Receiver } from '../domain/alerts/delivery/receiver.ts';
import { deliveryModeOf } from '../domain/alerts/delivery/receiver.ts';
import { sortWithSilences } from '../domain/alerts/lifecycle/alert-service.ts';
import type { Silence } from '../domain/alerts/lifecycle/silence.ts';
import { shiftMoments } from '../domain/shift-moments.ts';
import type { Commit } from './alert-changes.ts';
import type { AlertingState } from './alerting-state.ts';

/** What a dispatcher depends on. */
export interface DispatcherPorts {
  readonly state: AlertingState;
  readonly commit: Commit;
  readonly notifier: Pick<Notifier, 'submit' | 'present'>;
  /** Returns every alert that fires, the worst first. */
  readonly firing: () => readonly Alert[];
  /** Headroom's page, with a slash at its end. */
  readonly pageUrl: () => string;
  /** Returns a new random id. */
  readonly newId: () => string;
}

/** Decides which notifications each receiver gets, and passes them to the notifier once they are committed. */
export interface Dispatcher {
  /** Applies a changed list of receivers. The records of removed ones are deleted. */
  apply(receivers: readonly Receiver[]): void;
  /**
   * Resolves open alerts at receivers that are not in the next list, before they are removed: nothing would
   * resolve them later.
   */
  notifyRemoval(next: readonly Receiver[], now: number): void;
  /**
   * Submits notifications that were decided before a restart and have not been settled.
   * @param submitted ids of notifications that are being sent already. Default: none
   */
  resume(submitted?: ReadonlySet<string>): void;
  /** Stores the end of an alert in the records of all receivers that were notified of it. */
  recordEnd(ended: Alert): void;
  /**
   * Sends the notifications that are due now.
   * @param now milliseconds since the epoch
   */
  dispatch(now: number): void;
  /** Notifies the receivers of these alerts that they were acknowledged or silenced. */
  acknowledge(silence: Silence, now: number): void;
  /** Stores the outcome of a notification. */
  settle(notification: Notification, settlement: Settlement): void;
  /** Shifts the stored instants after the wall clock was set, by milliseconds. */
  clockJumped(byMs: number): void;
}

/** How long an ended alert is still presented to receivers that need state, in milliseconds (15 minutes). */
const PRESENTED_MS = 15 * 60_000;

/** Creates a dispatcher without receivers. */
export function createDispatcher(ports: DispatcherPorts): Dispatcher {
  return new ReceiverDispatcher(ports);
}

class ReceiverDispatcher implements Dispatcher {
  readonly #ports: DispatcherPorts;
  #receivers: readonly Receiver[] = [];
  /** Alerts that have ended in the last 15 minutes. */
  #ended: readonly Alert[] = [];

  constructor(ports: DispatcherPorts) {
    this.#ports = ports;
  }

  apply(receivers: readonly Receiver[]): void {
    const { state } = this.#ports;
    this.#receivers = receivers;
    const names = new Set(receivers.map(({ name }) => name));
    for (const name of state.recordedReceivers().filter((known) => !names.has(known))) {
      for (const { fingerprint } of state.notificationRecords(name))
        state.removeNotificationRecord(name, fingerprint);
    }
    for (const { id, receiver } of state.outbox()) if (!names.has(receiver)) state.removeFromOutbox(id);
  }

  notifyRemoval(next: readonly Receiver[], now: number): void {
    const { state, notifier, firing } = this.#ports;
    const names = new Set(next.map(({ name }) => name));
    const alerts = firing();
    const gone = this.#receivers.filter(({ name, target }) => {
      return !names.has(name) && deliveryModeOf(target) !== 'one_off';
    });
    for (const receiver of gone) {
      const input = this.#inputFor(receiver, alerts, now);
      for (const notification of composeRemoval(input, state.notificationRecords(receiver.name)))
        notifier.submit(notification);
    }
  }

  resume(submitted: ReadonlySet<string> = new Set()): void {
    const { state, notifier } = this.#ports;
    const waiting = state.outbox();
    const ids = new Set(waiting.map(({ id }) => id));
    for (const { name } of this.#receivers) {
      for (const record of state.notificationRecords(name)) {
        // Settled, or lost with a part of the file: it must not delay the next notification for ever.
        if (record.inFlight && !ids.has(record.inFlight))
          state.setNotificationRecord({ ...record, inFlight: undefined });
      }
    }
    for (const notification of waiting) if (!submitted.has(notification.id)) notifier.submit(notification);
  }

  recordEnd(ended: Alert): void {
    this.#ended = [...this.#ended.filter(({ fingerprint }) => fingerprint !== ended.fingerprint), ended];
    for (const { name } of this.#receivers) {
      const record = this.#ports.state
        .notificationRecords(name)
        .find(({ fingerprint }) => fingerprint === ended.fingerprint);
      if (record) this.#ports.state.setNotificationRecord({ ...record, over: ended });
    }
  }

  dispatch(now: number): void {
    const { state, notifier, firing } = this.#ports;
    const alerts = firing();
    const notifications = this.#receivers.flatMap((receiver) => {
      const decided = dispatch(this.#inputFor(receiver, alerts, now));
      for (const record of decided.records) state.setNotificationRecord(record);
      for (const fingerprint of decided.removed) state.removeNotificationRecord(receiver.name, fingerprint);
      return decided.notifications;
    });
    this.#submit(notifications);
    this.#ended = this.#ended.filter(({ resolvedAt }) => now - (resolvedAt ?? now) < PRESENTED_MS);
    notifier.present([...this.#statesOf(alerts, now), ...this.#ended]);
  }

  acknowledge(silence: Silence, now: number): void {
    const alerts = this.#ports.firing();
    this.#submit(
      this.#receivers.flatMap((receiver) =>
        composeAcknowledgements(this.#inputFor(receiver, alerts, now), silence),
      ),
    );
  }

  settle(notification: Notification, settlement: Settlement): void {
    const { state, commit } = this.#ports;
    state.removeFromOutbox(notification.id);
    const record = state.notificationRecords(notification.receiver);
    for (const entry of settleRecords(record, notification, settlement)) state.setNotificationRecord(entry);
    commit();
  }

  clockJumped(byMs: number): void {
    this.#ended = shiftMoments(this.#ended, byMs);
  }

  /**
   * Returns the state for Alertmanager. An acknowledgement suppresses no state: after a restart Alertmanager
   * would take its absence for the end of the alert.
   */
  #statesOf(alerts: readonly Alert[], now: number): readonly Alert[] {
    const silences = this.#ports.state.silences().filter(({ kind }) => kind === 'silence');
    const unstamped = alerts.map((alert) => ({ ...alert, silencedBy: undefined }));
    return sortWithSilences(unstamped, silences, now);
  }

  /** Commits notifications, then sends them: after a crash in between they are sent at the next start. */
  #submit(notifications: readonly Notification[]): void {
    const { state, commit, notifier } = this.#ports;
    for (const notification of notifications) state.addToOutbox(notification);
    commit();
    for (const notification of notifications) notifier.submit(notification);
  }

  #inputFor(receiver: Receiver, firing: readonly Alert[], now: number): DispatchInput {
    const { state, pageUrl, newId } = this.#ports;
    const records = state.notificationRecords(receiver.name);
    return { receiver, firing, records, silences: state.silences(), pageUrl: pageUrl(), newId, now };
  }
}
