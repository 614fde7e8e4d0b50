import type { AlertEvent } from '../../domain/alerts/lifecycle/alert-store.ts';
import type { LiveEvent } from '../../domain/history/live-event.ts';
import type { HistoryChange, HistorySpan } from '../../domain/history/query.ts';
import type { SourceKind } from '../../domain/rate-limit.ts';
import { type FailureLabel, failureLabel, type Outcome, type Result } from '../../domain/result.ts';
import { type AlertJson, type SilenceJson, toAlertJson, toSilenceJson } from '../alerts/api-routes.ts';
import { toTimestamp } from '../text.ts';

/** The JSON of `/api/v1/credentials/:name/events`. Times are RFC 3339 in UTC. */
interface PastEventsJson {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Oldest first. */
  readonly events: readonly PastEventJson[];
}

/** The JSON of a past event. The other fields depend on `kind`. */
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

/** Returns the JSON of the events of a credential in a time range. */
export function toPastEventsJson(
  name: string,
  { from, to }: HistorySpan,
  events: readonly (HistoryChange | AlertEvent)[],
): PastEventsJson {
  return { name, from: toTimestamp(from), to: toTimestamp(to), events: events.map(toPastEventJson) };
}

/** Returns the JSON of one past event. */
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

/** The JSON of a result in `/api/v1/events`. Unknown values are null, never 0. Times are RFC 3339 in UTC. */
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
  /** Why the probe returned no information about the limit, as in `dockerhub_poll_failures_total`; otherwise null. */
  readonly reason: FailureLabel | null;
  readonly detail: string | null;
}

/** Returns the JSON of an event of the live stream. */
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
