import type { Alert, AlertSubject } from '../../domain/alerts/alert.ts';
import type { ReceiverHealth } from '../../domain/alerts/delivery/notification.ts';
import type { Silence } from '../../domain/alerts/lifecycle/silence.ts';
import type { Severity } from '../../domain/alerts/severity.ts';
import { alertWords } from '../../domain/alerts/wording/alert-text.ts';
import { plainText } from '../../domain/alerts/wording/plain-text.ts';
import type { SourceKind } from '../../domain/rate-limit.ts';
import { toTimestamp } from '../time-words.ts';

/** An alert as `/api/v1/alerts` shows it. What is not known is null, never 0. Times are RFC 3339 in UTC. */
export interface AlertJson {
  readonly fingerprint: string;
  readonly rule: string;
  readonly condition: Alert['when'];
  readonly severity: Severity;
  readonly state: Alert['state'];
  readonly subject: {
    readonly kind: AlertSubject['kind'];
    /** What silences name it by. */
    readonly key: string;
    readonly source: { readonly value: string; readonly kind: SourceKind } | null;
  };
  readonly credentials: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** What happened, in words; the wording may change. */
  readonly headline: string;
  readonly advice: string | null;
  readonly remaining: number | null;
  readonly limit: number | null;
  readonly window_seconds: number | null;
  readonly pending_since: string;
  readonly firing_since: string | null;
  readonly runbook_url: string;
  /** The silence or acknowledgement that holds its messages back. */
  readonly silenced_by: string | null;
}

/** A silence or acknowledgement as `/api/v1/silences` shows it. */
export interface SilenceJson {
  readonly id: string;
  readonly kind: Silence['kind'];
  readonly subject: string;
  /** Null is all of them. */
  readonly rule: string | null;
  readonly author: string;
  readonly comment: string;
  readonly starts_at: string;
  readonly ends_at: string;
}

/** How deliveries to a receiver went, as `/api/v1/alerts` shows it. */
export interface ReceiverJson {
  readonly name: string;
  readonly queued: number;
  readonly sent: number;
  readonly failed: number;
  readonly last_sent: string | null;
  readonly last_error: { readonly at: string; readonly message: string } | null;
}

/** Writes an alert for the API. */
export function toAlertJson(alert: Alert, now: number): AlertJson {
  const { headline, advice } = alertWords(alert, 'fire', now);
  const { kind, key, source } = alert.subject;
  const { remaining, limit, windowSeconds } = alert.facts;
  return {
    fingerprint: alert.fingerprint,
    rule: alert.rule,
    condition: alert.when,
    severity: alert.severity,
    state: alert.state,
    subject: { kind, key, source: source ? { value: source.value, kind: source.kind } : null },
    credentials: alert.credentials,
    labels: alert.labels,
    headline: plainText(headline),
    advice: advice ? plainText(advice) : null,
    remaining: remaining ?? null,
    limit: limit ?? null,
    window_seconds: windowSeconds ?? null,
    pending_since: toTimestamp(alert.pendingAt),
    firing_since: alert.firedAt === undefined ? null : toTimestamp(alert.firedAt),
    runbook_url: alert.runbookUrl,
    silenced_by: alert.silencedBy ?? null,
  };
}

/** Writes a silence for the API. */
export function toSilenceJson(silence: Silence): SilenceJson {
  const { id, kind, subjectKey, rule, author, comment, startsAt, endsAt } = silence;
  return {
    id,
    kind,
    subject: subjectKey,
    rule: rule ?? null,
    author,
    comment,
    starts_at: toTimestamp(startsAt),
    ends_at: toTimestamp(endsAt),
  };
}

/** Writes the health of a receiver for the API. */
export function toReceiverJson({
  name,
  queued,
  sent,
  failed,
  lastSentAt,
  lastError,
}: ReceiverHealth): ReceiverJson {
  return {
    name,
    queued,
    sent,
    failed,
    last_sent: lastSentAt === undefined ? null : toTimestamp(lastSentAt),
    last_error: lastError ? { at: toTimestamp(lastError.at), message: lastError.message } : null,
  };
}
