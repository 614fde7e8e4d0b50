import type { Alert } from '../../../src/domain/alerts/alert.ts';
import type { Forecast } from '../../../src/domain/forecast/forecast.ts';
import type { Delivered } from './replay.ts';

/** Writes messages for people: one block for each, one line for each alert, times in UTC. */
export function transcribe(title: string, delivered: readonly Delivered[]): string {
  const blocks = delivered.map(({ at, notification }) => {
    const { transition, receiver, alerts, truncatedAlerts } = notification;
    const head = `${moment(at)}  ${transition} to ${receiver}`;
    const more = truncatedAlerts > 0 ? [`    and ${truncatedAlerts} more`] : [];
    return [head, ...alerts.map((alert) => `    ${line(alert)}`), ...more].join('\n');
  });
  const count = `${delivered.length} messages`;
  return `# ${title}: ${count}\n\n${blocks.join('\n\n')}\n`;
}

function line(alert: Alert): string {
  const { severity, rule, subject, credentials, facts, resolution, pendingAt } = alert;
  const { remaining, limit, windowSeconds, before, trouble } = facts;
  const parts = [
    `${severity} ${rule}`,
    `${subject.key} (${credentials.join(', ')})`,
    remaining === undefined ? undefined : `${remaining} of ${limit} left in ${windowOf(windowSeconds)}`,
    before && `before: ${before.limit} in ${windowOf(before.windowSeconds)}`,
    trouble?.reason,
    resolution
      ? `${resolution} after ${minutes((alert.resolvedAt ?? 0) - pendingAt)}`
      : `since ${clock(pendingAt)}`,
    resolution ? undefined : foreseen(facts.forecast),
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

function foreseen(forecast: Forecast | undefined): string | undefined {
  if (forecast?.kind === 'exhausted' && forecast.firstReturn) {
    return `first back ${clock(forecast.firstReturn.earliest)}-${clock(forecast.firstReturn.latest)}`;
  }
  if (forecast?.kind === 'forecast' && forecast.exhaustion) {
    return `empty about ${clock(forecast.exhaustion.likely)}`;
  }
  return undefined;
}

function windowOf(seconds: number | undefined): string {
  return seconds === undefined ? 'a window of unknown length' : `${seconds / 3_600} h`;
}

function minutes(ms: number): string {
  return `${Math.round(ms / 60_000)} min`;
}

function moment(at: number): string {
  const day = new Intl.DateTimeFormat('en-GB', { weekday: 'short', timeZone: 'UTC' }).format(at);
  return `${day} ${new Date(at).toISOString().slice(11, 19)}`;
}

function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 16);
}
