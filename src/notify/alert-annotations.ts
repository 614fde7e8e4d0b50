import type { Alert } from '../domain/alerts/alert.ts';
import type { Notification } from '../domain/alerts/delivery/notification.ts';
import { alertWords } from '../domain/alerts/wording/alert-text.ts';
import { runbookUrl } from '../domain/alerts/wording/links.ts';
import type { Words } from '../domain/alerts/wording/parts.ts';
import { plainText } from '../domain/alerts/wording/plain-text.ts';

/** What Prometheus' rules call annotations: for people, and no part of an alert's identity. */
export type Annotations = Readonly<Record<string, string>>;

/**
 * An alert for machines that show it to people: `summary` and `description` as Prometheus' own alerts have them.
 * @param now milliseconds since the epoch
 */
export function annotationsOf(
  alert: Alert,
  { transition, pageUrl }: Pick<Notification, 'transition' | 'pageUrl'>,
  now: number,
): Annotations {
  const runbook = runbookUrl(alert, pageUrl);
  const { headline, facts, drawers, forecast, advice } = alertWords(alert, transition, now);
  const description = [facts, drawers, forecast].map(textOf).filter(Boolean).join(' ');
  return {
    summary: `${plainText(headline)}.`,
    description,
    ...(advice && { action: plainText(advice) }),
    ...(runbook !== undefined && { runbook_url: runbook }),
    ...(alert.silencedBy !== undefined && { silenced_by: alert.silencedBy }),
  };
}

function textOf(words: Words | undefined): string {
  return words ? plainText(words) : '';
}
