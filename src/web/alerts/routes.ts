import type { Request, Response, Router } from 'express';
import type { AlertService } from '../../domain/alerts/lifecycle/alert-service.ts';
import { toSentence } from '../../domain/wording.ts';
import { type AnswerError, allowOnly } from '../http/error-answer.ts';
import type { PostGuard } from '../http/post-guard.ts';
import type { ShowPage } from '../page.ts';
import type { WebSources } from '../web-options.ts';
import { type AlertsDone, type AlertsPage, noticeOf, toAlertsPage } from './page.ts';
import { readSilenceRequest } from './silence-request.ts';

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

/** Contains the sources of the alert routes. */
export interface AlertsRouteSources extends Pick<WebSources, 'states' | 'clock' | 'pageUrl' | 'contain'> {
  readonly alerts: AlertService;
  /** Returns the identifier of the newest event of the live stream. */
  newestEventId(): string;
}

/** Adds `/alerts`, the page of alerts, receivers and silences, and the routes of its forms. */
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
        redirectToPage(response, kind === 'silence' ? 'silenced' : 'acknowledged');
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
      redirectToPage(response, typeof id === 'string' && alerts.unsilence(id) ? 'ended' : 'gone');
    })
    .all(postOnly);
}

/** Redirects to the page, with a relative URL like every link. Reloading the page then does not send the form again. */
function redirectToPage(response: Response, done: AlertsDone): void {
  response.redirect(303, `../alerts?done=${done}`);
}
