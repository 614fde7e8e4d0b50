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

/** What a dispatcher is given. */
export interface DispatcherPorts {
  readonly state: AlertingState;
  readonly commit: Commit;
  readonly notifier: Pick<Notifier, 'submit' | 'present'>;
  /** Every alert that fires, the worst first. */
  readonly firing: () => readonly Alert[];
  /** Headroom's page, with a slash at its end. */
  readonly pageUrl: () => string;
  /** A random id, another one each time. */
  readonly newId: () => string;
}

/** Decides what each receiver is told, and hands it to the notifier as soon as it has been committed. */
export interface Dispatcher {
  /** Goes on with these receivers; what the others were told is forgotten. */
  apply(receivers: readonly Receiver[]): void;
  /** Ends what is open at receivers that are about to be removed: nobody else would. */
  notifyRemoval(next: readonly Receiver[], now: number): void;
  /**
   * Submits what was decided before a restart and has not been settled.
   * @param submitted ids of what is under way already; none by default
   */
  resume(submitted?: ReadonlySet<string>): void;
  /** Remembers the end of an alert for everybody who was told of it. */
  recordEnd(over: Alert): void;
  /** Tells what is to be told now. */
  dispatch(now: number): void;
  /** Tells those who know of its alerts that somebody takes them. */
  acknowledge(silence: Silence, now: number): void;
  settle(notification: Notification, settlement: Settlement): void;
  /** Moves what it remembers in time, by milliseconds. */
  clockJumped(byMs: number): void;
}

/** How long an alert that is over is presented to those who want the state, in milliseconds (15 minutes). */
const PRESENTED_MS = 15 * 60_000;

/** A dispatcher without receivers. */
export function createDispatcher(ports: DispatcherPorts): Dispatcher {
  return new ReceiverDispatcher(ports);
}

class ReceiverDispatcher implements Dispatcher {
  readonly #ports: DispatcherPorts;
  #receivers: readonly Receiver[] = [];
  /** Alerts that have ended lately. */
  #over: readonly Alert[] = [];

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
      for (const told of state.notificationRecords(name)) {
        // Settled, or lost with a part of the file: it must not keep the next message waiting for ever.
        if (told.inFlight && !ids.has(told.inFlight))
          state.setNotificationRecord({ ...told, inFlight: undefined });
      }
    }
    for (const notification of waiting) if (!submitted.has(notification.id)) notifier.submit(notification);
  }

  recordEnd(over: Alert): void {
    this.#over = [...this.#over.filter(({ fingerprint }) => fingerprint !== over.fingerprint), over];
    for (const { name } of this.#receivers) {
      const told = this.#ports.state
        .notificationRecords(name)
        .find(({ fingerprint }) => fingerprint === over.fingerprint);
      if (told) this.#ports.state.setNotificationRecord({ ...told, over });
    }
  }

  dispatch(now: number): void {
    const { state, notifier, firing } = this.#ports;
    const alerts = firing();
    const notifications = this.#receivers.flatMap((receiver) => {
      const {
        notifications: decided,
        records: told,
        removed: forgotten,
      } = dispatch(this.#inputFor(receiver, alerts, now));
      for (const entry of told) state.setNotificationRecord(entry);
      for (const fingerprint of forgotten) state.removeNotificationRecord(receiver.name, fingerprint);
      return decided;
    });
    this.#submit(notifications);
    this.#over = this.#over.filter(({ resolvedAt }) => now - (resolvedAt ?? now) < PRESENTED_MS);
    notifier.present([...this.#statesOf(alerts, now), ...this.#over]);
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
    const told = state.notificationRecords(notification.receiver);
    for (const entry of settleRecords(told, notification, settlement)) state.setNotificationRecord(entry);
    commit();
  }

  clockJumped(byMs: number): void {
    this.#over = shiftMoments(this.#over, byMs);
  }

  /** An acknowledgement holds no state back: kept from a receiver after a restart, it would be taken for the end. */
  #statesOf(alerts: readonly Alert[], now: number): readonly Alert[] {
    const silences = this.#ports.state.silences().filter(({ kind }) => kind === 'silence');
    const unstamped = alerts.map((alert) => ({ ...alert, silencedBy: undefined }));
    return sortWithSilences(unstamped, silences, now);
  }

  /** First committed, then sent: a crash in between sends it at the next start. */
  #submit(notifications: readonly Notification[]): void {
    const { state, commit, notifier } = this.#ports;
    for (const notification of notifications) state.addToOutbox(notification);
    commit();
    for (const notification of notifications) notifier.submit(notification);
  }

  #inputFor(receiver: Receiver, firing: readonly Alert[], now: number): DispatchInput {
    const { state, pageUrl, newId } = this.#ports;
    const told = state.notificationRecords(receiver.name);
    return { receiver, firing, records: told, silences: state.silences(), pageUrl: pageUrl(), newId, now };
  }
}
