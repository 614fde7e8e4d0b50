import { type Alert, NOTHING_KNOWN } from '../../domain/alerts/alert.ts';
import type { Notification } from '../../domain/alerts/delivery/notification.ts';
import type { Severity } from '../../domain/alerts/rules/alert-rule.ts';

/** The values of a test message. */
export interface SampleFacts {
  readonly receiver: string;
  readonly severity: Severity;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The URL of Headroom's page, with a final slash. */
  readonly pageUrl: string;
  /** The fingerprint of the test alert, so that receivers do not group it with an earlier one. */
  readonly id: string;
}

/** Returns a test message in the form of a fire notification. Its texts name no bucket, so that no reader takes it for an alert. */
export function sampleFire({ receiver, severity, now, pageUrl, id }: SampleFacts): Notification {
  const alert: Alert = {
    fingerprint: id,
    rule: 'HeadroomTest',
    when: 'low',
    severity,
    state: 'firing',
    subject: { kind: 'receiver', key: `receiver ${receiver}`, source: undefined, receiver },
    credentials: [],
    labels: { alertname: 'HeadroomTest', severity },
    pendingAt: now,
    firedAt: now,
    resolvedAt: undefined,
    resolution: undefined,
    facts: { ...NOTHING_KNOWN, at: now },
    runbookUrl: pageUrl,
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
    })),
  };
}
