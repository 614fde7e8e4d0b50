import type { Request, Response, Router } from 'express';
import type { AlertService } from '../../domain/alerts/lifecycle/alert-service.ts';
import { toSentence } from '../../domain/wording.ts';
import { type AnswerError, allowOnly } from '../http/error-answer.ts';
import type { PostGuard } from '../http/post-guard.ts';
import type { ShowPage } from '../page.ts';
import type { WebSources } from '../web-options.ts';
import { readSilenceRequest } from './alert-request.ts';
import { type AlertsDone, type AlertsPage, noticeOf, toAlertsPage } from './page.ts';

/** An alert service without alerts, receivers and silences, for a Headroom that evaluates no rules. */
export const NO_ALERTS: AlertService = {
  alerts: () => [],
  silences: () => [],
  events: () => [],
  receivers: () => [],
  silence() {
    throw new RangeError('There are no alerts to silence');
  },
  unsilence: () => false,
  subscribe: () => () => undefined,
};

/** What the routes of alerting are given. */
export interface AlertsRouteSources extends Pick<WebSources, 'states' | 'clock' | 'pageUrl' | 'contain'> {
  readonly alerts: AlertService;
  /** The newest event of the live stream. */
  newestEventId(): string;
}

/** `/alerts`, and the forms on it: what fires, who is told, and who has taken it on. */
export function addAlertsRoutes(
  router: Router,
  { alerts, states, clock, pageUrl, newestEventId, contain }: AlertsRouteSources,
  showPage: ShowPage,
  answerError: AnswerError,
  { requireAdmin }: Pick<PostGuard, 'requireAdmin'>,
): void {
  const readOnly = allowOnly(['GET', 'HEAD'], answerError);
  const postOnly = allowOnly(['POST'], answerError);

  function show(
    request: Request,
    response: Response,
    notice: AlertsPage['notice'],
    status = 200,
  ): Promise<void> {
    return showPage(
      request,
      response,
      'alerts',
      toAlertsPage(
        {
          service: alerts,
          states: states(),
          pageUrl: pageUrl?.(),
          eventId: newestEventId(),
          notice,
          contain,
        },
        clock.now(),
      ),
      status,
    );
  }

  router
    .route('/alerts')
    .get((request, response) => show(request, response, noticeOf(request.query.done)))
    .all(readOnly);

  router
    .route('/alerts/silence')
    .post(requireAdmin, async (request: Request, response: Response) => {
      try {
        const { kind } = alerts.silence(readSilenceRequest(request.body));
        leadBack(response, kind === 'silence' ? 'silenced' : 'acknowledged');
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        await show(request, response, { text: toSentence(error.message), tone: 'warn' }, 400);
      }
    })
    .all(postOnly);

  router
    .route('/alerts/unsilence')
    .post(requireAdmin, (request: Request, response: Response) => {
      const { id } = (request.body ?? {}) as { id?: unknown };
      leadBack(response, typeof id === 'string' && alerts.unsilence(id) ? 'ended' : 'gone');
    })
    .all(postOnly);
}

/** Relative, as every link; loading the page again then sends nothing twice. */
function leadBack(response: Response, done: AlertsDone): void {
  response.redirect(303, `../alerts?done=${done}`);
}
