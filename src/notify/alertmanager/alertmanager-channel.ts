import type { Alert } from '../../domain/alerts/alert.ts';
import type { ReadSecret, ReceiverTarget } from '../../domain/alerts/delivery/receiver.ts';
import { type ReadAuthorization, Secret } from '../../kit/secret.ts';
import { type Channel, type ChannelPorts, type Receipt, receiptOf } from '../channel.ts';
import type { Post } from '../http-post.ts';
import { annotationsOf, rfc3339 } from '../payload.ts';

/**
 * An alert as Alertmanager's API v2 takes it
 * (https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml, `postableAlert`).
 */
interface AlertmanagerAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  /** In the future while the alert fires: an alert that is no longer sent ends by itself. */
  readonly endsAt: string;
  readonly generatorURL: string;
}

/** What an alert is written with. Instants are in milliseconds since the epoch. */
interface AlertmanagerContext {
  readonly now: number;
  /** Headroom's page. */
  readonly pageUrl: string;
  /** How long a firing alert lasts without being sent again, in milliseconds. */
  readonly lifetimeMs: number;
}

/** How many times a firing alert may fail to be sent again before it ends by itself; as in Prometheus. */
export const MISSED_RESENDS = 4;

/** Writes an alert: a firing one that ends unless it is sent again, or one that has ended. */
export function alertmanagerAlert(alert: Alert, context: AlertmanagerContext): AlertmanagerAlert {
  const { now, pageUrl, lifetimeMs } = context;
  const { labels, firedAt, pendingAt, state, resolvedAt = now } = alert;
  const endsAt = state === 'resolved' ? Math.min(resolvedAt, now) : now + lifetimeMs;
  return {
    labels,
    annotations: annotationsOf(alert, { transition: 'fire', pageUrl }, now),
    startsAt: rfc3339(firedAt ?? pendingAt),
    endsAt: rfc3339(endsAt),
    generatorURL: pageUrl,
  };
}

/** The address of one Alertmanager. */
export interface AlertmanagerAddress {
  /** The URL before `/api/v2/alerts`. */
  readonly url: ReadSecret;
  readonly authorization: ReadAuthorization | undefined;
}

/** Sends alerts to one Alertmanager in one request. Rejects if a secret cannot be read. */
export async function postAlerts(
  { url, authorization }: AlertmanagerAddress,
  alerts: readonly AlertmanagerAlert[],
  post: Post,
  signal: AbortSignal,
): Promise<Receipt> {
  const [base, login] = await Promise.all([url(), authorization?.()]);
  const address = new Secret(`${base.reveal().trim().replace(/\/+$/, '')}/api/v2/alerts`);
  const headers = login && { authorization: login };
  const body = JSON.stringify(alerts);
  return receiptOf(await post({ url: address, ...(headers && { headers }), body }, signal));
}

/**
 * Creates a channel that sends the alerts of a message to every peer once, for `headroom alerts test`. The
 * server uses `createAlertmanagerFeed`. A sent alert ends at the peers after several `resendIntervalMs`.
 */
export function createAlertmanagerChannel(
  { urls, authorization, resendIntervalMs }: Extract<ReceiverTarget, { kind: 'alertmanager' }>,
  { post, clock }: ChannelPorts,
): Channel {
  return {
    async send({ alerts, pageUrl }, signal) {
      const context = { now: clock.now(), pageUrl, lifetimeMs: MISSED_RESENDS * resendIntervalMs };
      const written = alerts.map((alert) => alertmanagerAlert(alert, context));
      const receipts = await Promise.all(
        urls.map((url) => postAlerts({ url, authorization }, written, post, signal)),
      );
      const failed = receipts.filter((receipt) => receipt.kind !== 'delivered');
      return failed[0] ?? { kind: 'delivered', answer: receipts.map(answerOf).join(', ') };
    },
  };
}

function answerOf(receipt: Receipt): string {
  return receipt.kind === 'delivered' ? receipt.answer : receipt.reason;
}
