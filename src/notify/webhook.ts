import { createHmac } from 'node:crypto';
import type { Alert } from '../domain/alerts/alert.ts';
import type { Notification } from '../domain/alerts/delivery/notification.ts';
import type { ReceiverTarget } from '../domain/alerts/delivery/receiver.ts';
import type { Secret } from '../kit/secret.ts';
import { type Channel, type ChannelPorts, receiptOf } from './channel.ts';
import { annotationsOf, rfc3339, ZERO_TIME } from './payload.ts';

/**
 * The body of a webhook as Alertmanager sends it, version 4
 * (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config), so that programs that accept
 * Alertmanager's webhooks accept Headroom's.
 */
interface WebhookPayload {
  readonly version: '4';
  readonly groupKey: string;
  readonly truncatedAlerts: number;
  readonly status: WebhookStatus;
  readonly receiver: string;
  readonly groupLabels: Labels;
  readonly commonLabels: Labels;
  readonly commonAnnotations: Labels;
  readonly externalURL: string;
  readonly alerts: readonly WebhookAlert[];
}

type WebhookStatus = 'firing' | 'resolved';
type Labels = Readonly<Record<string, string>>;

/** One alert in it. */
interface WebhookAlert {
  readonly status: WebhookStatus;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: string;
  /** Go's zero time while it fires. */
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly fingerprint: string;
}

/**
 * Writes a notification as Alertmanager would.
 * @param now milliseconds since the epoch
 */
export function webhookPayload(notification: Notification, now: number): WebhookPayload {
  const { groupKey, truncatedAlerts, receiver, alerts, pageUrl } = notification;
  const written = alerts.map((alert) => webhookAlert(alert, notification, now));
  const commonLabels = commonEntries(written.map(({ labels }) => labels));
  const { alertname } = commonLabels;
  return {
    version: '4',
    groupKey,
    truncatedAlerts,
    status: written.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
    receiver,
    groupLabels: alertname === undefined ? {} : { alertname },
    commonLabels,
    commonAnnotations: commonEntries(written.map(({ annotations }) => annotations)),
    externalURL: pageUrl.replace(/\/$/, ''),
    alerts: written,
  };
}

function webhookAlert(alert: Alert, notification: Notification, now: number): WebhookAlert {
  const { state, labels, firedAt, pendingAt, resolvedAt, fingerprint } = alert;
  return {
    status: state === 'resolved' ? 'resolved' : 'firing',
    labels,
    annotations: annotationsOf(alert, notification, now),
    startsAt: rfc3339(firedAt ?? pendingAt),
    endsAt: resolvedAt === undefined ? ZERO_TIME : rfc3339(resolvedAt),
    generatorURL: notification.pageUrl,
    fingerprint,
  };
}

/** Returns the entries that all objects share. */
function commonEntries(all: readonly Labels[]): Labels {
  const [first = {}, ...rest] = all;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => rest.every((other) => other[name] === value)),
  );
}

/** How secrets of Standard Webhooks begin; the key is the base64 behind it. */
const PREFIX = 'whsec_';

/** The content of a signature. */
interface SignedMessage {
  /** Stays the same when the message is sent again. */
  readonly id: string;
  /** When it is sent, in milliseconds since the epoch: a receiver rejects messages older than a few minutes. */
  readonly at: number;
  readonly body: string;
}

/**
 * Signs a message by Standard Webhooks
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md): HMAC-SHA256
 * over id, time and body. A receiver detects changed and repeated messages by it.
 */
export function signatureHeaders({ id, at, body }: SignedMessage, secret: Secret): Record<string, string> {
  const timestamp = String(Math.floor(at / 1_000));
  const signature = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}

function keyOf(secret: Secret): Buffer {
  const text = secret.reveal();
  return text.startsWith(PREFIX)
    ? Buffer.from(text.slice(PREFIX.length), 'base64')
    : Buffer.from(text, 'utf8');
}

/** Creates a channel that posts to any web server, in Alertmanager's format. */
export function createWebhookChannel(
  target: Extract<ReceiverTarget, { kind: 'webhook' }>,
  { post, clock }: ChannelPorts,
): Channel {
  return {
    async send(notification, signal) {
      const now = clock.now();
      const body = JSON.stringify(webhookPayload(notification, now));
      const [url, headers, secret] = await Promise.all([
        target.url(),
        readHeaders(target),
        target.hmacSecret?.(),
      ]);
      const signature = secret && signatureHeaders({ id: notification.id, at: now, body }, secret);
      const request = {
        url,
        headers: { ...headers, ...signature },
        body,
        ...(secret && { secrets: [secret] }),
      };
      return receiptOf(await post(request, signal));
    },
  };
}

async function readHeaders({
  headers,
}: Extract<ReceiverTarget, { kind: 'webhook' }>): Promise<Record<string, Secret>> {
  const entries = Object.entries(headers).map(async ([name, read]) => [name, await read()] as const);
  return Object.fromEntries(await Promise.all(entries));
}
