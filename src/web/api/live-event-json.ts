import type { LiveEvent } from '../../domain/history/live-event.ts';
import type { SourceKind } from '../../domain/rate-limit.ts';
import type { Outcome } from '../../domain/result.ts';
import { type FailureLabel, failureLabel, type Result } from '../../domain/result.ts';
import { toTimestamp } from '../time-words.ts';
import { type PastEventJson, toPastEventJson } from './past-event-json.ts';

/** A result as `/api/v1/events` tells it. What is not known is null, never 0. Times are RFC 3339 in UTC. */
export interface ResultJson {
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
