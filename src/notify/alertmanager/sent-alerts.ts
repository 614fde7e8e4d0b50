import type { Alert } from '../../domain/alerts/alert.ts';
import type { Severity } from '../../domain/alerts/rules/alert-rule.ts';

/** What an Alertmanager is told, by fingerprint: state goes in and comes out. */
export interface SentAlerts {
  readonly firing: ReadonlyMap<string, Alert>;
  /** Over, and still told for a while. */
  readonly ended: ReadonlyMap<string, Alert>;
}

/** Nothing has been told yet. */
export const NOTHING_SENT: SentAlerts = { firing: new Map(), ended: new Map() };

/**
 * How long an end is told, in milliseconds (15 min): a peer that could not be reached, or has been started anew, hears of
 * it too. Prometheus does the same.
 */
const ENDED_MS = 900_000;

/**
 * All alerts as they are now. What fires of these severities is told. A silenced alert that was not told yet is kept back;
 * one that was goes on, as Alertmanager would take the silence for its end.
 */
export function presentAlerts(
  told: SentAlerts,
  alerts: readonly Alert[],
  severities: readonly Severity[],
  now: number,
): SentAlerts {
  const firing = alerts.filter(
    ({ state, severity, silencedBy, fingerprint }) =>
      state === 'firing' &&
      severities.includes(severity) &&
      (silencedBy === undefined || told.firing.has(fingerprint)),
  );
  const over = alerts.filter(
    ({ state, fingerprint }) => state === 'resolved' && told.firing.has(fingerprint),
  );
  const stays = new Set([...firing, ...over].map(({ fingerprint }) => fingerprint));
  const gone = [...told.firing.values()].filter(({ fingerprint }) => !stays.has(fingerprint));
  return endAlerts(
    { firing: byFingerprint([...firing, ...over, ...gone]), ended: told.ended },
    [...over, ...gone],
    now,
  );
}

/** Some alerts are over, whoever knew of them. */
export function endAlerts(told: SentAlerts, alerts: readonly Alert[], now: number): SentAlerts {
  const over = byFingerprint(alerts.map((alert) => endedAt(alert, now)));
  const firing = [...told.firing.values()].filter(({ fingerprint }) => !over.has(fingerprint));
  const ended = [...told.ended.values(), ...over.values()].filter(
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
