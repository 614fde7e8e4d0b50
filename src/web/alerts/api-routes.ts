import type { Request, Response, Router } from 'express';
import type { Alert, AlertSubject } from '../../domain/alerts/alert.ts';
import { bareAlert } from '../../domain/alerts/alert.ts';
import type { ReceiverHealth } from '../../domain/alerts/delivery/notification.ts';
import type { Silence } from '../../domain/alerts/lifecycle/silence.ts';
import type { Severity } from '../../domain/alerts/rules/alert-rule.ts';
import { alertWords, DETAILS_UNAVAILABLE } from '../../domain/alerts/wording/alert-text.ts';
import { plainText } from '../../domain/alerts/wording/words.ts';
import type { SourceKind } from '../../domain/rate-limit.ts';
import { UNREPORTED } from '../../kit/contain.ts';
import { type AnswerError, allowOnly } from '../http/error-answer.ts';
import type { PostGuard } from '../http/post-guard.ts';
import { sendJson } from '../http/send-body.ts';
import { toTimestamp } from '../text.ts';
import type { AlertsRouteSources } from './routes.ts';
import { readSilenceRequest } from './silence-request.ts';

/** The JSON of an alert in `/api/v1/alerts`. Unknown values are null, never 0. Times are RFC 3339 in UTC. */
export interface AlertJson {
  readonly fingerprint: string;
  readonly rule: string;
  readonly condition: Alert['when'];
  readonly severity: Severity;
  readonly state: Alert['state'];
  readonly subject: {
    readonly kind: AlertSubject['kind'];
    /** The key of the subject in silences. */
    readonly key: string;
    readonly source: { readonly value: string; readonly kind: SourceKind } | null;
  };
  readonly credentials: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** What happened, as text; the wording may change. */
  readonly headline: string;
  readonly advice: string | null;
  readonly remaining: number | null;
  readonly limit: number | null;
  readonly window_seconds: number | null;
  readonly pending_since: string;
  readonly firing_since: string | null;
  readonly runbook_url: string;
  /** Identifier of the silence or acknowledgement that suppresses its notifications; null if there is none. */
  readonly silenced_by: string | null;
}

/** The JSON of a silence or acknowledgement in `/api/v1/silences`. */
export interface SilenceJson {
  readonly id: string;
  readonly kind: Silence['kind'];
  readonly subject: string;
  /** The rule; null for all rules. */
  readonly rule: string | null;
  readonly author: string;
  readonly comment: string;
  readonly starts_at: string;
  readonly ends_at: string;
}

/** The JSON of a receiver's health in `/api/v1/alerts`. */
interface ReceiverJson {
  readonly name: string;
  readonly queued: number;
  readonly sent: number;
  readonly failed: number;
  readonly last_sent: string | null;
  readonly last_error: { readonly at: string; readonly message: string } | null;
}

/** Returns the JSON of an alert as of `now` (milliseconds since the epoch). */
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

/** Returns the JSON of a silence. */
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

/** Returns the JSON of a receiver's health. */
function toReceiverJson({ name, queued, sent, failed, lastSentAt, lastError }: ReceiverHealth): ReceiverJson {
  return {
    name,
    queued,
    sent,
    failed,
    last_sent: lastSentAt === undefined ? null : toTimestamp(lastSentAt),
    last_error: lastError ? { at: toTimestamp(lastError.at), message: lastError.message } : null,
  };
}

/** Adds `/api/v1/alerts` and `/api/v1/silences`, which list alerts and create and end silences. */
export function addAlertsApiRoutes(
  router: Router,
  { alerts, clock, contain = UNREPORTED }: AlertsRouteSources,
  answerError: AnswerError,
  { requireAdmin }: Pick<PostGuard, 'requireAdmin'>,
): void {
  const alertJson = (alert: Alert, now: number) =>
    contain.one(
      'api of alerts',
      alert.fingerprint,
      () => toAlertJson(alert, now),
      () => ({ ...toAlertJson(bareAlert(alert, now), now), advice: DETAILS_UNAVAILABLE }),
    );

  router
    .route('/api/v1/alerts')
    .get((request, response) =>
      sendJson(request, response, {
        alerts: alerts.alerts().map((alert) => alertJson(alert, clock.now())),
        receivers: alerts.receivers().map(toReceiverJson),
      }),
    )
    .all(allowOnly(['GET', 'HEAD'], answerError));

  router
    .route('/api/v1/silences')
    .get((request, response) => sendJson(request, response, alerts.silences().map(toSilenceJson)))
    .post(requireAdmin, async (request: Request, response: Response) => {
      try {
        const silence = alerts.silence(readSilenceRequest(request.body));
        await sendJson(request, response, toSilenceJson(silence), 201);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        await answerError(request, response, { status: 400, code: 'bad_request', message: error.message });
      }
    })
    .all(allowOnly(['GET', 'HEAD', 'POST'], answerError));

  router
    .route('/api/v1/silences/:id')
    .delete(requireAdmin, async (request: Request<{ id: string }>, response: Response) => {
      if (alerts.unsilence(request.params.id)) {
        response.status(204).end();
        return;
      }
      const message = 'There is no silence of this id';
      await answerError(request, response, { status: 404, code: 'not_found', message });
    })
    .all(allowOnly(['DELETE'], answerError));
}
