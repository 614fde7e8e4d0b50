import type { Alert } from '../../domain/alerts/alert.ts';
import type { Notification } from '../../domain/alerts/delivery/notification.ts';
import { annotationsOf } from '../alert-annotations.ts';
import { rfc3339, ZERO_TIME } from '../rfc3339.ts';

/**
 * The body of a webhook as Alertmanager sends it, version 4
 * (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config), so that whatever takes Alertmanager's
 * webhooks takes Headroom's.
 */
export interface WebhookPayload {
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
export interface WebhookAlert {
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

/** The entries that all of them have. */
function commonEntries(all: readonly Labels[]): Labels {
  const [first = {}, ...rest] = all;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => rest.every((other) => other[name] === value)),
  );
}
