import type { Alert } from '../domain/alerts/alert.ts';
import { alertWords } from '../domain/alerts/wording/alert-text.ts';
import type { Log, LogFields } from '../kit/log.ts';

/**
 * Writes a line for an alert that has begun to fire, or is over; and one for an alert that cannot be put into words.
 * @param now milliseconds since the epoch
 */
export function logAlert(alert: Alert, now: number, log: Log): void {
  const { fault } = alertWords(alert, 'fire', now);
  if (fault !== undefined) {
    log.error('The details of an alert cannot be shown', {
      rule: alert.rule,
      subject: alert.subject.key,
      fault,
    });
  }
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
