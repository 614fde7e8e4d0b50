import type { AlertEvent } from '../../domain/alerts/lifecycle/alert-event.ts';
import type { HistoryChange, HistorySpan } from '../../domain/history/query.ts';
import { type AlertJson, type SilenceJson, toAlertJson, toSilenceJson } from '../alerts/alerts-json.ts';
import { toTimestamp } from '../time-words.ts';

/** What happened to a credential, as `/api/v1/credentials/:name/events` shows it. Times are RFC 3339 in UTC. */
export interface PastEventsJson {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Oldest first. */
  readonly events: readonly PastEventJson[];
}

/** One event; its kind says what else it holds. */
export type PastEventJson =
  | {
      readonly at: string;
      readonly kind: HistoryChange['kind'];
      readonly from: number | string;
      readonly to: number | string;
    }
  | { readonly at: string; readonly kind: 'pending' | 'firing' | 'resolved'; readonly alert: AlertJson }
  | {
      readonly at: string;
      readonly kind: 'silenced' | 'acknowledged' | 'unsilenced';
      readonly silence: SilenceJson;
    };

/** Writes events for the API. */
export function toPastEventsJson(
  name: string,
  { from, to }: HistorySpan,
  events: readonly (HistoryChange | AlertEvent)[],
): PastEventsJson {
  return { name, from: toTimestamp(from), to: toTimestamp(to), events: events.map(toPastEventJson) };
}

/** Writes one event for the API. */
export function toPastEventJson(event: HistoryChange | AlertEvent): PastEventJson {
  const at = toTimestamp(event.at);
  switch (event.kind) {
    case 'limit':
    case 'window':
    case 'source':
      return { at, kind: event.kind, from: event.from, to: event.to };
    case 'pending':
    case 'firing':
    case 'resolved':
      return { at, kind: event.kind, alert: toAlertJson(event.alert, event.at) };
    case 'silenced':
    case 'acknowledged':
    case 'unsilenced':
      return { at, kind: event.kind, silence: toSilenceJson(event.silence) };
  }
}
