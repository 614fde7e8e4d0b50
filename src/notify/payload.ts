import type { Alert } from '../domain/alerts/alert.ts';
import type { Notification } from '../domain/alerts/delivery/notification.ts';
import { alertWords } from '../domain/alerts/wording/alert-text.ts';
import { runbookUrl } from '../domain/alerts/wording/links.ts';
import { plainText } from '../domain/alerts/wording/words.ts';
import { cutText } from '../kit/foreign-text.ts';

/** Go's zero time, which Alertmanager uses for an unknown end. */
export const ZERO_TIME = '0001-01-01T00:00:00Z';

/**
 * Writes an instant (milliseconds since the epoch) as RFC 3339, in UTC. An invalid instant becomes `ZERO_TIME`:
 * one broken alert must not block the others of a message.
 */
export function rfc3339(at: number): string {
  const date = new Date(at);
  const year = date.getUTCFullYear();
  return year >= 1 && year <= 9_999 ? date.toISOString() : ZERO_TIME;
}

/** Returns the length of a text in bytes of UTF-8. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** Cuts a text to a length in bytes, with an ellipsis, never within a grapheme. */
export function cutBytes(text: string, maxBytes: number): string {
  let short = text;
  while (byteLength(short) > maxBytes) {
    const share = maxBytes / byteLength(short);
    short = cutText(short, Math.min(Math.floor(short.length * share), short.length - 1));
  }
  return short;
}

/**
 * Describes as many alerts one by one as fit into a message.
 * @param max how many at most
 * @param write returns the message that describes so many
 * @returns the first message that fits; that of one alert if none does
 */
export function fitAlerts<T>(max: number, write: (count: number) => T, fits: (message: T) => boolean): T {
  for (let count = max; count > 1; count--) {
    const message = write(count);
    if (fits(message)) return message;
  }
  return write(1);
}

/** Annotations as in Prometheus' rules: for people, and no part of an alert's identity. */
type Annotations = Readonly<Record<string, string>>;

/**
 * Returns the texts of an alert as annotations: `summary` and `description` as in Prometheus' own alerts,
 * `action`, `runbook_url` and `silenced_by` if they apply.
 * @param now milliseconds since the epoch
 */
export function annotationsOf(
  alert: Alert,
  { transition, pageUrl }: Pick<Notification, 'transition' | 'pageUrl'>,
  now: number,
): Annotations {
  const runbook = runbookUrl(alert, pageUrl);
  const { headline, details, advice } = alertWords(alert, transition, now);
  const description = details.map(plainText).filter(Boolean).join(' ');
  return {
    summary: `${plainText(headline)}.`,
    description,
    ...(advice && { action: plainText(advice) }),
    ...(runbook !== undefined && { runbook_url: runbook }),
    ...(alert.silencedBy !== undefined && { silenced_by: alert.silencedBy }),
  };
}
