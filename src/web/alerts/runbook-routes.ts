import type { Router } from 'express';
import { type AnswerError, allowOnly } from '../http/error-answer.ts';
import type { ShowPage } from '../page.ts';
import { toRunbookList, toRunbookPage } from './runbook-page.ts';
import type { RunbookShelf } from './runbooks.ts';

/** `/runbooks` and `/runbooks/:alert`: what to do about an alert, where there is no way to the internet too. */
export function addRunbookRoutes(
  router: Router,
  shelf: RunbookShelf,
  showPage: ShowPage,
  answerError: AnswerError,
): void {
  const readOnly = allowOnly(['GET', 'HEAD'], answerError);

  router
    .route('/runbooks')
    .get((request, response) => showPage(request, response, 'runbook', toRunbookList(shelf.names(), false)))
    .all(readOnly);

  router
    .route('/runbooks/:alert')
    .get(async (request, response) => {
      const { alert } = request.params;
      const html = await shelf.find(alert);
      if (html === undefined) {
        await showPage(request, response, 'runbook', toRunbookList(shelf.names(), true), 404);
        return;
      }
      await showPage(request, response, 'runbook', toRunbookPage(alert, html, shelf.names()));
    })
    .all(readOnly);
}
