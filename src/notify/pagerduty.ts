import { createHash } from 'node:crypto';
import type { Alert } from '../domain/alerts/alert.ts';
import type { Notification } from '../domain/alerts/delivery/notification.ts';
import type { ReceiverTarget } from '../domain/alerts/delivery/receiver.ts';
import type { Severity } from '../domain/alerts/rules/alert-rule.ts';
import { alertWords } from '../domain/alerts/wording/alert-text.ts';
import { runbookUrl, subjectUrl } from '../domain/alerts/wording/links.ts';
import { cleanName, plainText } from '../domain/alerts/wording/words.ts';
import { cutText } from '../kit/foreign-text.ts';
import { Secret } from '../kit/secret.ts';
import { type Channel, type ChannelPorts, type Receipt, receiptOf } from './channel.ts';
import { annotationsOf, rfc3339 } from './payload.ts';

/** An event without the routing key (https://developer.pagerduty.com/docs/send-alert-event). */
interface PagerdutyEvent {
  readonly event_action: 'trigger' | 'acknowledge' | 'resolve';
  readonly dedup_key: string;
  /** Required to trigger only. */
  readonly payload?: PagerdutyPayload;
  readonly client?: string;
  readonly client_url?: string;
  readonly links?: readonly { readonly href: string; readonly text: string }[];
}

/** The content of an incident. */
interface PagerdutyPayload {
  readonly summary: string;
  readonly source: string;
  readonly severity: PagerdutySeverity;
  readonly timestamp: string;
  readonly component: string;
  readonly group: string;
  readonly class: string;
  readonly custom_details: Readonly<Record<string, unknown>>;
}

type PagerdutySeverity = 'critical' | 'error' | 'warning' | 'info';

const SEVERITIES: Readonly<Record<Severity, PagerdutySeverity>> = {
  critical: 'critical',
  warning: 'warning',
  info: 'info',
};
/** The limits of PagerDuty's documentation, in characters. */
const MAX_SUMMARY = 1_024;
const MAX_DEDUP_KEY = 255;
/** The most names in the details: an event may have 512,000 bytes. */
const MAX_NAMES = 200;

/**
 * Writes one alert of a notification as an event. Each alert is an incident of its own, identified by its
 * fingerprint, so that it is resolved independently of the others.
 * @param now milliseconds since the epoch
 */
function pagerdutyEvent(alert: Alert, notification: Notification, now: number): PagerdutyEvent {
  const dedup_key = dedupKey(alert);
  if (alert.state === 'resolved') return { event_action: 'resolve', dedup_key };
  if (notification.transition === 'acknowledge') return { event_action: 'acknowledge', dedup_key };
  const { pageUrl } = notification;
  const runbook = runbookUrl(alert, pageUrl);
  return {
    event_action: 'trigger',
    dedup_key,
    payload: payloadOf(alert, notification, now),
    client: 'Headroom',
    client_url: subjectUrl(alert, pageUrl) ?? pageUrl,
    links: runbook === undefined ? [] : [{ href: runbook, text: 'Runbook' }],
  };
}

function dedupKey({ fingerprint }: Alert): string {
  const key = `headroom/${fingerprint}`;
  if (key.length <= MAX_DEDUP_KEY) return key;
  return `headroom/${createHash('sha256').update(fingerprint).digest('hex')}`;
}

function payloadOf(alert: Alert, notification: Notification, now: number): PagerdutyPayload {
  const { severity, rule, firedAt, pendingAt, subject } = alert;
  const { headline } = alertWords(alert, notification.transition, now);
  const component = subject.kind === 'receiver' ? 'Headroom' : 'Docker Hub';
  return {
    summary: cutText(plainText(headline), MAX_SUMMARY),
    source: subject.source ? cleanName(subject.source.value) : component,
    severity: SEVERITIES[severity],
    timestamp: rfc3339(firedAt ?? pendingAt),
    component,
    group: 'Headroom',
    class: rule,
    custom_details: detailsOf(alert, notification, now),
  };
}

function detailsOf(alert: Alert, notification: Notification, now: number): Record<string, unknown> {
  const { facts, credentials, labels } = alert;
  const { summary, ...annotations } = annotationsOf(alert, notification, now);
  const rest = credentials.length - MAX_NAMES;
  return {
    ...annotations,
    credentials: [
      ...credentials.slice(0, MAX_NAMES).map(cleanName),
      ...(rest > 0 ? [`and ${rest} more`] : []),
    ],
    remaining: facts.remaining,
    limit: facts.limit,
    window_seconds: facts.windowSeconds,
    labels,
  };
}

/**
 * Creates a channel that triggers, acknowledges and resolves incidents through PagerDuty's Events API v2, with
 * one event for each alert.
 */
export function createPagerdutyChannel(
  target: Extract<ReceiverTarget, { kind: 'pagerduty' }>,
  { post, clock }: ChannelPorts,
): Channel {
  const url = new Secret(target.url);
  /** How many alerts of the current message have been sent: another attempt continues there. */
  let progress = { id: '', sentCount: 0 };

  return {
    async send(notification, signal) {
      if (progress.id !== notification.id) progress = { id: notification.id, sentCount: 0 };
      const routingKey = await target.routingKey();
      let refused: Receipt | undefined;
      let last: Receipt = { kind: 'delivered', answer: 'Nothing to tell' };
      for (const alert of notification.alerts.slice(progress.sentCount)) {
        const event = pagerdutyEvent(alert, notification, clock.now());
        const body = JSON.stringify({ routing_key: routingKey.reveal(), ...event });
        last = receiptOf(await post({ url, body, secrets: [routingKey] }, signal));
        if (last.kind === 'retry') return last;
        progress.sentCount += 1;
        if (last.kind === 'refused') refused = last;
      }
      return refused ?? last;
    },
  };
}
