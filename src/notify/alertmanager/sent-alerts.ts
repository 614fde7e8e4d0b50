import type { Alert } from '../../domain/alerts/alert.ts';
import type { Severity } from '../../domain/alerts/rules/alert-rule.ts';

/** The alerts that are sent to Alertmanager, by fingerprint. */
export interface SentAlerts {
  readonly firing: ReadonlyMap<string, Alert>;
  /** Alerts that have ended, and are still sent for a while. */
  readonly ended: ReadonlyMap<string, Alert>;
}

/** The initial state. */
export const NOTHING_SENT: SentAlerts = { firing: new Map(), ended: new Map() };

/**
 * How long an ended alert is still sent, in milliseconds (15 min): a peer that was unreachable or has restarted
 * gets it too. As in Prometheus.
 */
const ENDED_MS = 900_000;

/**
 * Applies the current state of all alerts. Firing alerts of these severities are sent. A silenced alert that
 * was not sent yet is held back; one that was sent continues, because Alertmanager would take its absence for
 * its end.
 * @param now milliseconds since the epoch
 */
export function presentAlerts(
  sent: SentAlerts,
  alerts: readonly Alert[],
  severities: readonly Severity[],
  now: number,
): SentAlerts {
  const firing = alerts.filter(
    ({ state, severity, silencedBy, fingerprint }) =>
      state === 'firing' &&
      severities.includes(severity) &&
      (silencedBy === undefined || sent.firing.has(fingerprint)),
  );
  const over = alerts.filter(
    ({ state, fingerprint }) => state === 'resolved' && sent.firing.has(fingerprint),
  );
  const stays = new Set([...firing, ...over].map(({ fingerprint }) => fingerprint));
  const gone = [...sent.firing.values()].filter(({ fingerprint }) => !stays.has(fingerprint));
  return endAlerts(
    { firing: byFingerprint([...firing, ...over, ...gone]), ended: sent.ended },
    [...over, ...gone],
    now,
  );
}

/**
 * Marks alerts as ended.
 * @param now milliseconds since the epoch
 */
export function endAlerts(sent: SentAlerts, alerts: readonly Alert[], now: number): SentAlerts {
  const over = byFingerprint(alerts.map((alert) => endedAt(alert, now)));
  const firing = [...sent.firing.values()].filter(({ fingerprint }) => !over.has(fingerprint));
  const ended = [...sent.ended.values(), ...over.values()].filter(
    ({ fingerprint, resolvedAt = now }) =>
      now - resolvedAt < ENDED_MS && !firing.some((alert) => alert.fingerprint === fingerprint),
  );
  return { firing: byFingerprint(firing), ended: byFingerprint(ended) };
}

function endedAt(alert: Alert, now: number): Alert {
  return alert.state === 'resolved' ? alert : { ...alert, state: 'resolved', resolvedAt: now };
}

function byFingerprint(alerts: readonly Alert[]): ReadonlyMap<string, Alert> {
  return new Map(alerts.map((alert) => [alert.fingerprint, alert]));
}
