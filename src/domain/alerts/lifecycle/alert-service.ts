import type { Alert } from '../alert.ts';
import type { ReceiverHealth } from '../delivery/notification.ts';
import { SEVERITIES } from '../rules/alert-rule.ts';
import type { AlertEvent } from './alert-store.ts';
import { isActiveFor, type Silence, type SilenceRequest } from './silence.ts';

/** Alerts, silences and receivers, as pages and the API read and change them. */
export interface AlertService {
  /** Returns pending and firing alerts, the worst first. */
  alerts(): readonly Alert[];
  /** Returns silences and acknowledgements that have not ended. */
  silences(): readonly Silence[];
  /**
   * Returns the newest `limit` events of a range, oldest first.
   * @param from milliseconds since the epoch, inclusive
   * @param to milliseconds since the epoch, exclusive
   */
  events(from: number, to: number, limit: number): readonly AlertEvent[];
  /** Returns the delivery statistics of the receivers, in the order of the configuration. */
  receivers(): readonly ReceiverHealth[];
  /**
   * Adds a silence or an acknowledgement, starting now.
   * @throws RangeError if a value is out of range
   */
  silence(request: SilenceRequest): Silence;
  /** Ends a silence or acknowledgement now. Returns false if the id is unknown. */
  unsilence(id: string): boolean;
  /**
   * Calls the listener with each event after it has been committed. Returns a function that ends the
   * subscription.
   */
  subscribe(listener: (event: AlertEvent) => void): () => void;
}

/**
 * Returns alerts in the order of pages and messages, the worst first, each with the silence that suppresses its
 * notifications.
 * @param now milliseconds since the epoch
 */
export function sortWithSilences(
  alerts: readonly Alert[],
  silences: readonly Silence[],
  now: number,
): readonly Alert[] {
  return alerts.map((alert) => withSilence(alert, silences, now)).sort(compareAlerts);
}

function withSilence(alert: Alert, silences: readonly Silence[], now: number): Alert {
  const silence = silences.find((candidate) => isActiveFor(candidate, alert, now));
  return silence ? { ...alert, silencedBy: silence.id } : alert;
}

/** Orders by severity, then firing before pending, then the longest lasting first. */
function compareAlerts(a: Alert, b: Alert): number {
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    Number(a.state === 'pending') - Number(b.state === 'pending') ||
    a.pendingAt - b.pendingAt ||
    (a.fingerprint < b.fingerprint ? -1 : 1)
  );
}
