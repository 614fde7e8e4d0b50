import type { Alert } from '../../domain/alerts/alert.ts';
import type { Notification, ReceiverHealth, Settlement } from '../../domain/alerts/delivery/notification.ts';
import type { Receiver, ReceiverTarget } from '../../domain/alerts/delivery/receiver.ts';
import type { Clock } from '../../kit/clock.ts';
import { addSpenders, type SpendersPorts } from '../add-spenders.ts';
import type { Receipt } from '../channel.ts';
import type { Delivery } from '../delivery.ts';
import type { Post } from '../http-post.ts';
import {
  type AlertmanagerAddress,
  alertmanagerAlert,
  MISSED_RESENDS,
  postAlerts,
} from './alertmanager-channel.ts';
import { createPeerLoop, type PeerLoop } from './peer-loop.ts';
import { endAlerts, NOTHING_SENT, presentAlerts } from './sent-alerts.ts';

/** What a feed depends on. */
export interface FeedOptions extends SpendersPorts {
  readonly post: Post;
  readonly clock: Clock;
  readonly random: () => number;
  readonly settle: (notification: Notification, settlement: Settlement) => void;
  /** Headroom's page, with a slash at its end. */
  readonly pageUrl: () => string;
}

type AlertmanagerTarget = Extract<ReceiverTarget, { kind: 'alertmanager' }>;

/**
 * Creates a delivery that sends every peer of an Alertmanager cluster which alerts fire and which have ended.
 * Alertmanager needs the state, not messages: it groups, repeats and silences itself. Each peer has a loop of
 * its own, so that a hanging one delays no other.
 */
export function createAlertmanagerFeed(receiver: Receiver, options: FeedOptions): Delivery {
  return new Feed(receiver, options);
}

class Feed implements Delivery {
  readonly #options: FeedOptions;
  #receiver: Receiver;
  #presented = NOTHING_SENT;
  #peers: readonly PeerLoop[] = [];
  #sent = 0;
  #failed = 0;
  #lastSentAt: number | undefined;
  #lastError: ReceiverHealth['lastError'];

  constructor(receiver: Receiver, options: FeedOptions) {
    this.#options = options;
    this.#receiver = receiver;
    this.#peers = this.#openPeers();
  }

  /**
   * Merges the alerts of a message into the state and settles the message at once: alerts are sent repeatedly
   * until they have ended.
   */
  submit(notification: Notification): void {
    const now = this.#options.clock.now();
    const ended = notification.alerts.filter(({ state }) => state === 'resolved');
    const firing = notification.alerts.filter(({ state }) => state === 'firing');
    const others = [...this.#presented.firing.values()].filter(
      ({ fingerprint }) => !notification.alerts.some((alert) => alert.fingerprint === fingerprint),
    );
    const presented = presentAlerts(this.#presented, [...others, ...firing], this.#receiver.severities, now);
    this.#presented = endAlerts(presented, ended, now);
    this.#poke();
    queueMicrotask(() => this.#options.settle(notification, { kind: 'delivered', thread: undefined }));
  }

  present(alerts: readonly Alert[]): void {
    const before = this.#presented;
    this.#presented = presentAlerts(before, alerts, this.#receiver.severities, this.#options.clock.now());
    if (hasNews(before.firing, this.#presented.firing)) this.#poke();
  }

  use(receiver: Receiver): void {
    this.#receiver = receiver;
    for (const peer of this.#peers) peer.stop();
    this.#peers = this.#openPeers();
    this.#poke();
  }

  retire(): void {
    this.present([]);
  }

  isIdle(): boolean {
    return this.#peers.every((peer) => peer.isUpToDate());
  }

  health(): ReceiverHealth {
    return {
      name: this.#receiver.name,
      queued: this.#peers.filter((peer) => !peer.isUpToDate()).length,
      sent: this.#sent,
      failed: this.#failed,
      lastSentAt: this.#lastSentAt,
      lastError: this.#lastError,
    };
  }

  /** Stops sending. Alerts do not end by that: Headroom sends them again after its start, before they expire. */
  async stop(): Promise<void> {
    for (const peer of this.#peers) peer.stop();
  }

  #poke(): void {
    for (const peer of this.#peers) peer.update();
  }

  #openPeers(): readonly PeerLoop[] {
    const target = this.#receiver.target as AlertmanagerTarget;
    const { authorization, resendIntervalMs } = target;
    const { timers, random } = this.#options;
    return target.urls.map((url) =>
      createPeerLoop({
        send: (signal) => this.#tell({ url, authorization }, resendIntervalMs, signal),
        record: (receipt) => this.#record(receipt),
        resendIntervalMs,
        timers,
        random,
      }),
    );
  }

  #tell(
    address: AlertmanagerAddress,
    resendIntervalMs: number,
    signal: AbortSignal,
  ): Promise<Receipt> | undefined {
    const now = this.#options.clock.now();
    const { firing, ended } = endAlerts(this.#presented, [], now);
    const alerts = [...firing.values(), ...ended.values()];
    if (alerts.length === 0) return undefined;
    const context = {
      now,
      pageUrl: this.#options.pageUrl(),
      lifetimeMs: MISSED_RESENDS * resendIntervalMs,
    };
    return addSpenders(alerts, this.#options, signal).then((complete) => {
      const written = complete.map((alert) => alertmanagerAlert(alert, context));
      return postAlerts(address, written, this.#options.post, signal);
    });
  }

  #record(receipt: Receipt): void {
    const { clock, log } = this.#options;
    if (receipt.kind === 'delivered') {
      this.#sent += 1;
      this.#lastSentAt = clock.now();
      this.#lastError = undefined;
      return;
    }
    this.#failed += 1;
    const { reason } = receipt;
    this.#lastError = { at: clock.now(), message: reason };
    log.warn('Alerts could not be sent to an Alertmanager, and will be sent again', {
      receiver: this.#receiver.name,
      reason,
    });
  }
}

function hasNews(before: ReadonlyMap<string, Alert>, after: ReadonlyMap<string, Alert>): boolean {
  return before.size !== after.size || [...after.keys()].some((fingerprint) => !before.has(fingerprint));
}
