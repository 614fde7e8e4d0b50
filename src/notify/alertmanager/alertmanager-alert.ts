import type { Alert } from '../../domain/alerts/alert.ts';
import { annotationsOf } from '../alert-annotations.ts';
import { rfc3339 } from '../rfc3339.ts';

/**
 * An alert as Alertmanager's API v2 takes it
 * (https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml, `postableAlert`).
 */
export interface AlertmanagerAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  /** In the future while it fires: an alert that nobody sends any more ends then by itself. */
  readonly endsAt: string;
  readonly generatorURL: string;
}

/** What an alert is written with. Instants are milliseconds since the epoch. */
export interface AlertmanagerContext {
  readonly now: number;
  /** Headroom's page. */
  readonly pageUrl: string;
  /** How long a firing alert lasts without being sent again, in milliseconds. */
  readonly lifetimeMs: number;
}

/** How many times a firing alert may fail to be sent again before it ends by itself; Prometheus has the same. */
export const MISSED_RESENDS = 4;

/** Writes an alert: one that fires until it is not sent any more, or one that is over. */
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
