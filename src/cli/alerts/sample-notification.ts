import type { Alert } from '../../domain/alerts/alert.ts';
import type { Notification } from '../../domain/alerts/delivery/notification.ts';
import type { Severity } from '../../domain/alerts/rules/alert-rule.ts';

/** The values of a sample notification. */
export interface SampleFacts {
  readonly receiver: string;
  readonly severity: Severity;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The URL of Headroom's page, with a final slash. */
  readonly pageUrl: string;
  /** The fingerprint of the sample alert, so that receivers do not group it with an earlier one. */
  readonly id: string;
}

/** Stands for the name of the credential and tells readers that nothing is wrong. */
const NAME = 'this is only a test';
/** An address reserved for documentation (RFC 5737). */
const SOURCE = { value: '203.0.113.7', kind: 'ipv4' } as const;
const LIMIT = 100;
const REMAINING = 12;
const WINDOW_SECONDS = 21_600;

/** Returns the fire notification of a sample alert. */
export function sampleFire({ receiver, severity, now, pageUrl, id }: SampleFacts): Notification {
  const alert: Alert = {
    fingerprint: id,
    rule: 'HeadroomTest',
    when: 'low',
    severity,
    state: 'firing',
    subject: { kind: 'bucket', key: SOURCE.value, source: SOURCE },
    credentials: [NAME],
    labels: { alertname: 'HeadroomTest', severity, source: SOURCE.value, source_kind: SOURCE.kind },
    pendingAt: now,
    firedAt: now,
    resolvedAt: undefined,
    resolution: undefined,
    facts: {
      remaining: REMAINING,
      limit: LIMIT,
      windowSeconds: WINDOW_SECONDS,
      before: undefined,
      forecast: undefined,
      trouble: undefined,
      lastSuccessAt: now,
      at: now,
    },
    runbookUrl: `${pageUrl}runbooks/RateLimitLow`,
    silencedBy: undefined,
  };
  return {
    id,
    receiver,
    groupKey: `HeadroomTest-${id}`,
    transition: 'fire',
    alerts: [alert],
    truncatedAlerts: 0,
    at: now,
    pageUrl,
    thread: undefined,
  };
}

/**
 * Returns the resolve notification of the same alert, so that the receiver closes it.
 * @param thread the thread that the receiver returned for the fire notification
 */
export function sampleResolve(fire: Notification, thread: string | undefined, now: number): Notification {
  return {
    ...fire,
    id: `${fire.id}-end`,
    transition: 'resolve',
    at: now,
    thread,
    alerts: fire.alerts.map((alert) => ({
      ...alert,
      state: 'resolved',
      resolvedAt: now,
      resolution: 'recovered',
      facts: { ...alert.facts, remaining: LIMIT, at: now },
    })),
  };
}
