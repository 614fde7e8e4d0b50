import type { Request, Response, Router } from 'express';
import type { Alert } from '../../domain/alerts/alert.ts';
import { bareAlert } from '../../domain/alerts/bare-alert.ts';
import { DETAILS_LOST } from '../../domain/alerts/wording/alert-text.ts';
import { UNREPORTED } from '../../kit/contain.ts';
import { type AnswerError, allowOnly } from '../http/error-answer.ts';
import type { PostGuard } from '../http/post-guard.ts';
import { sendJson } from '../http/send-body.ts';
import { readSilenceWish } from './alert-request.ts';
import { toAlertJson, toReceiverJson, toSilenceJson } from './alerts-json.ts';
import type { AlertsRouteSources } from './routes.ts';

/** `/api/v1/alerts` and `/api/v1/silences`: alerting for programs. */
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
      () => ({ ...toAlertJson(bareAlert(alert, now), now), advice: DETAILS_LOST }),
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
        const silence = alerts.silence(readSilenceWish(request.body));
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
