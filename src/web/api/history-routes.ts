import type { Request, Response, Router } from 'express';
import type { HistorySeries } from '../../domain/history/query.ts';
import { type AnswerError, allowOnly, answerNotFound, toHistoryErrorAnswer } from '../http/error-answer.ts';
import { readHistoryRequest } from '../http/query-parameters.ts';
import { sendBody, sendJson } from '../http/send-body.ts';
import type { WebSources } from '../web-options.ts';
import { toHistoryCsv, toHistoryJson } from './history-json.ts';

/** The past of what a name stands for; undefined when it stands for nothing. */
type FindSeries = WebSources['series'];

/**
 * `/api/v1/credentials/:name/history`, and the same for the bucket of a source below `/api/v1/buckets`: what was, as
 * JSON or CSV. Read only.
 */
export function addHistoryRoutes(
  router: Router,
  sources: Pick<WebSources, 'series' | 'bucketSeries' | 'clock'>,
  answerError: AnswerError,
): void {
  const readOnly = allowOnly(['GET', 'HEAD'], answerError);
  const notFound = answerNotFound(answerError);
  addRoutes('/api/v1/credentials', (name, query) => sources.series(name, query));
  addRoutes('/api/v1/buckets', (source, query) => sources.bucketSeries(source, query));

  function addRoutes(below: '/api/v1/credentials' | '/api/v1/buckets', find: FindSeries): void {
    router
      .route(`${below}/:name/history.csv`)
      .get((request, response) => answer(request, response, find, sendCsv))
      .all(readOnly);

    router
      .route(`${below}/:name/history`)
      .get((request, response) => {
        response.vary('Accept');
        const isCsv = request.accepts(['json', 'text/csv']) === 'text/csv';
        return answer(request, response, find, isCsv ? sendCsv : sendSeries);
      })
      .all(readOnly);
  }

  async function answer(
    request: Request<{ name: string }>,
    response: Response,
    find: FindSeries,
    send: (request: Request, response: Response, series: HistorySeries) => Promise<void>,
  ): Promise<void> {
    try {
      const query = readHistoryRequest(request.query, sources.clock.now());
      const series = await find(request.params.name, query);
      if (!series) return void (await notFound(request, response, () => undefined));
      await send(request, response, series);
    } catch (error) {
      await answerError(request, response, toHistoryErrorAnswer(error));
    }
  }
}

function sendSeries(request: Request, response: Response, series: HistorySeries): Promise<void> {
  return sendJson(request, response, toHistoryJson(series));
}

function sendCsv(request: Request, response: Response, series: HistorySeries): Promise<void> {
  const type = 'text/csv; charset=utf-8; header=present';
  return sendBody(request, response, { type, text: toHistoryCsv(series) });
}
