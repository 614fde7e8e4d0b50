import type { Alert } from '../alert.ts';
import { SEVERITIES } from '../severity.ts';
import type { Silence } from './silence.ts';
import { holdsBack } from './silencing.ts';

/** Alerts as people see them: the worst first, each with the silence that holds its messages back. */
export function showAlerts(
  alerts: readonly Alert[],
  silences: readonly Silence[],
  now: number,
): readonly Alert[] {
  return alerts.map((alert) => stamp(alert, silences, now)).sort(compareAlerts);
}

function stamp(alert: Alert, silences: readonly Silence[], now: number): Alert {
  const silence = silences.find((candidate) => holdsBack(candidate, alert, now));
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
