import type { Alert } from '../domain/alerts/alert.ts';
import type { Log, LogFields } from '../domain/log.ts';

/** Writes a line for an alert that has begun to fire, or is over. */
export function logAlert(alert: Alert, log: Log): void {
  if (alert.state === 'firing') log.warn('An alert fires', fieldsOf(alert));
  if (alert.state === 'resolved') {
    log.info('An alert is over', { ...fieldsOf(alert), resolution: alert.resolution });
  }
}

/** How many credentials a line names at most. */
const MOST_NAMES = 5;

function fieldsOf({ rule, severity, subject, credentials, facts }: Alert): LogFields {
  const { remaining, limit, windowSeconds, trouble } = facts;
  return {
    rule,
    severity,
    subject: subject.key,
    credentials: nameSome(credentials),
    remaining,
    limit,
    windowSeconds,
    reason: trouble?.reason,
  };
}

function nameSome(names: readonly string[]): string {
  const rest = names.length - MOST_NAMES;
  return `${names.slice(0, MOST_NAMES).join(' ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
