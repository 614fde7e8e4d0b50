import type { AlertEvent } from '../../domain/alerts/lifecycle/alert-store.ts';
import type { LiveEvent } from '../../domain/history/live-event.ts';
import type { HistoryChange, HistorySpan } from '../../domain/history/query.ts';
import type { SourceKind } from '../../domain/rate-limit.ts';
import { type FailureLabel, failureLabel, type Outcome, type Result } from '../../domain/result.ts';
import { type AlertJson, type SilenceJson, toAlertJson, toSilenceJson } from '../alerts/api-routes.ts';
import { toTimestamp } from '../text.ts';

/** What happened to a credential, as `/api/v1/credentials/:name/events` shows it. Times are RFC 3339 in UTC. */
interface PastEventsJson {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Oldest first. */
  readonly events: readonly PastEventJson[];
}

/** One event; its kind says what else it holds. */
type PastEventJson =
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
function toPastEventJson(event: HistoryChange | AlertEvent): PastEventJson {
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

/** A result as `/api/v1/events` tells it. What is not known is null, never 0. Times are RFC 3339 in UTC. */
interface ResultJson {
  readonly credential: string;
  /** When the probe ended. */
  readonly at: string;
  readonly duration_seconds: number;
  readonly outcome: Outcome['kind'];
  /** Pulls. */
  readonly remaining: number | null;
  /** Pulls. */
  readonly limit: number | null;
  readonly window_seconds: number | null;
  readonly source: { readonly value: string; readonly kind: SourceKind } | null;
  readonly downgraded: boolean;
  /** Why it learned nothing, as the metric counts it. */
  readonly reason: FailureLabel | null;
  readonly detail: string | null;
}

/** Writes an event for programs. */
export function toLiveEventJson(event: LiveEvent): ResultJson | PastEventJson {
  switch (event.kind) {
    case 'result':
      return toResultJson(event.result);
    case 'alert':
      return toPastEventJson(event.event);
  }
}

function toResultJson({ credential, at, durationMs, outcome }: Result): ResultJson {
  const limited = outcome.kind === 'limited' ? outcome : undefined;
  const source = outcome.kind === 'limited' || outcome.kind === 'unlimited' ? outcome.source : undefined;
  return {
    credential,
    at: toTimestamp(at),
    duration_seconds: Math.round(durationMs) / 1_000,
    outcome: outcome.kind,
    remaining: limited?.remaining ?? null,
    limit: limited?.limit ?? null,
    window_seconds: limited?.windowSeconds ?? null,
    source: source ? { value: source.value, kind: source.kind } : null,
    downgraded: limited?.downgraded ?? false,
    reason: failureLabel(outcome) ?? null,
    detail: outcome.kind === 'failed' ? outcome.detail : null,
  };
}
