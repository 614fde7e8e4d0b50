import type { Alert } from '../domain/alerts/alert.ts';
import type { Notification, Notifier, Settlement } from '../domain/alerts/delivery/notification.ts';
import type { Receiver, ReceiverTarget } from '../domain/alerts/delivery/receiver.ts';
import type { Clock } from '../kit/clock.ts';
import { type SpendersPorts, withSpenders } from './add-spenders.ts';
import { createAlertmanagerFeed } from './alertmanager/alertmanager-feed.ts';
import type { Delivery } from './delivery.ts';
import { createDeliveryQueue, type QueueChannel } from './delivery-queue.ts';
import type { Post } from './http-post.ts';
import { MIN_INTERVAL_MS, openChannel } from './open-channel.ts';

/** What a notifier depends on. */
export interface NotifierOptions extends SpendersPorts {
  readonly post: Post;
  readonly clock: Clock;
  /** At least 0, less than 1. */
  readonly random: () => number;
  /** Receives the outcome of each message, exactly once, and never from within `submit`. */
  readonly settle: (notification: Notification, settlement: Settlement) => void;
  /** Headroom's page, with a slash at its end. */
  readonly pageUrl: () => string;
}

/** A notifier whose receivers can be changed, and which can be stopped. */
export interface RunningNotifier extends Notifier {
  /**
   * Applies a changed list of receivers, compared by name. Messages that wait for a kept receiver are sent by
   * its new configuration; those of a removed one are still sent, for at most a minute.
   */
  apply(receivers: readonly Receiver[]): void;
  /**
   * Stops within 2 seconds. Waiting messages are not settled, so that they are submitted again at the next
   * start.
   */
  stop(): Promise<void>;
}

/** Creates a notifier without receivers. */
export function createNotifier(options: NotifierOptions): RunningNotifier {
  return new Deliveries(options);
}

/** A receiver with its delivery. */
interface Served {
  readonly kind: ReceiverTarget['kind'];
  readonly delivery: Delivery;
}

class Deliveries implements RunningNotifier {
  readonly #options: NotifierOptions;
  #served: ReadonlyMap<string, Served> = new Map();
  /** Deliveries of removed receivers, until they are idle. */
  #retired: readonly Delivery[] = [];
  #alerts: readonly Alert[] = [];

  constructor(options: NotifierOptions) {
    this.#options = options;
  }

  apply(receivers: readonly Receiver[]): void {
    const before = this.#served;
    this.#served = new Map(receivers.map((receiver) => [receiver.name, this.#serve(receiver, before)]));
    const kept = new Set([...this.#served.values()].map(({ delivery }) => delivery));
    const gone = [...before.values()]
      .map(({ delivery }) => delivery)
      .filter((delivery) => !kept.has(delivery));
    for (const delivery of gone) delivery.retire();
    this.#retired = [...this.#retired, ...gone].filter((delivery) => !delivery.isIdle());
  }

  submit(notification: Notification): void {
    const served = this.#served.get(notification.receiver);
    if (served) {
      served.delivery.submit(notification);
      return;
    }
    const { log, settle } = this.#options;
    const reason = 'There is no receiver of this name any more';
    log.warn('A message is given up', { receiver: notification.receiver, reason });
    queueMicrotask(() => settle(notification, { kind: 'dropped', reason }));
  }

  present(alerts: readonly Alert[]): void {
    this.#alerts = alerts;
    for (const { delivery } of this.#served.values()) delivery.present(alerts);
  }

  health() {
    return [...this.#served.values()].map(({ delivery }) => delivery.health());
  }

  async stop(): Promise<void> {
    const all = [...[...this.#served.values()].map(({ delivery }) => delivery), ...this.#retired];
    await Promise.all(all.map((delivery) => delivery.stop()));
  }

  #serve(receiver: Receiver, before: ReadonlyMap<string, Served>): Served {
    const served = before.get(receiver.name);
    const { kind } = receiver.target;
    if (served?.kind === kind) {
      served.delivery.use(receiver);
      return served;
    }
    const delivery =
      kind === 'alertmanager'
        ? createAlertmanagerFeed(receiver, this.#options)
        : createDeliveryQueue(receiver, {
            ...this.#options,
            open: ({ target }): QueueChannel => ({
              channel: withSpenders(openChannel(target, this.#options), this.#options),
              minIntervalMs: MIN_INTERVAL_MS[target.kind],
            }),
          });
    delivery.present(this.#alerts);
    return { kind, delivery };
  }
}
