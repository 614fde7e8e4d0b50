import type { Request, Response, Router } from 'express';
import { type AnswerError, allowOnly, answerNotFound } from '../http/error-answer.ts';
import { POLL_NOTICES, type PollAnswer } from '../http/poll-routes.ts';
import type { ShowPage } from '../page.ts';
import { buildBucketDetail, buildCredentialDetail, type DetailSources } from './build.ts';
import type { DetailPage } from './page.ts';

/** `/credentials/:name` and `/buckets/:source`: everything known of one of them. */
export function addDetailRoutes(
  router: Router,
  sources: DetailSources,
  showPage: ShowPage,
  answerError: AnswerError,
): void {
  const readOnly = allowOnly(['GET', 'HEAD'], answerError);
  const notFound = answerNotFound(answerError);

  async function show(
    request: Request,
    response: Response,
    template: 'credential' | 'bucket',
    page: DetailPage | undefined,
  ): Promise<void> {
    if (page) await showPage(request, response, template, page);
    else await notFound(request, response, () => undefined);
  }

  router
    .route('/credentials/:name')
    .get(async (request: Request<{ name: string }>, response) => {
      const { params, query } = request;
      const notice = pollNotice(query.polled);
      const page = await buildCredentialDetail(sources, params.name, query, notice);
      await show(request, response, 'credential', page);
    })
    .all(readOnly);

  router
    .route('/buckets/:source')
    .get(async (request: Request<{ source: string }>, response) => {
      const page = await buildBucketDetail(sources, request.params.source, request.query);
      await show(request, response, 'bucket', page);
    })
    .all(readOnly);
}

/** What a form that asked for a poll has led to. */
function pollNotice(polled: unknown): DetailPage['notice'] {
  const isKnown = typeof polled === 'string' && Object.hasOwn(POLL_NOTICES, polled);
  return isKnown ? POLL_NOTICES[polled as PollAnswer] : undefined;
}
