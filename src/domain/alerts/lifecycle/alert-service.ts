import type { Alert } from '../alert.ts';
import type { ReceiverHealth } from '../delivery/notification.ts';
import { SEVERITIES } from '../rules/alert-rule.ts';
import type { AlertEvent } from './alert-store.ts';
import { isActiveFor, type Silence, type SilenceRequest } from './silence.ts';

/** What pages and the API see of alerting. */
export interface AlertService {
  /** Pending and firing alerts, the worst first. */
  alerts(): readonly Alert[];
  /** Silences and acknowledgements that have not ended. */
  silences(): readonly Silence[];
  /** Past events, oldest first, the newest `limit` of them. */
  events(from: number, to: number, limit: number): readonly AlertEvent[];
  receivers(): readonly ReceiverHealth[];
  /**
   * Silences or acknowledges.
   * @throws RangeError when a value is out of range
   */
  silence(wish: SilenceRequest): Silence;
  /** Ends a silence now; false when there is none by that id. */
  unsilence(id: string): boolean;
  /** Hears of each event after it has been committed; returns what ends the subscription. */
  subscribe(listener: (event: AlertEvent) => void): () => void;
}

/** Alerts as people see them: the worst first, each with the silence that holds its messages back. */
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

/** The worst first, then what fires before what is pending, then what has lasted longest. */
function compareAlerts(a: Alert, b: Alert): number {
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    Number(a.state === 'pending') - Number(b.state === 'pending') ||
    a.pendingAt - b.pendingAt ||
    (a.fingerprint < b.fingerprint ? -1 : 1)
  );
}
