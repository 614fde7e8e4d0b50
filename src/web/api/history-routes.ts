import type { Request, Response, Router } from 'express';
import { bucketOf, credentialSubject } from '../../domain/alerts/lifecycle/alert-identity.ts';
import type { AlertEvent } from '../../domain/alerts/lifecycle/alert-store.ts';
import type { CredentialState } from '../../domain/credential-state.ts';
import {
  checkHistoryQuery,
  type HistoryChange,
  type HistoryFormat,
  type HistorySubject,
} from '../../domain/history/query.ts';
import { type AnswerError, allowOnly, answerNotFound, toHistoryErrorAnswer } from '../http/error-answer.ts';
import { readHistoryRequest, readLimit } from '../http/query-parameters.ts';
import { sendBody, sendJson } from '../http/send-body.ts';
import type { WebSources } from '../web-options.ts';
import { toPastEventsJson } from './event-json.ts';

/** The content types of a history. */
const CONTENT_TYPES: Readonly<Record<HistoryFormat, string>> = {
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
};

/**
 * Adds `/api/v1/credentials/:name/history` and `/api/v1/buckets/:name/history`, which return a history as JSON or CSV.
 * Buckets are named by their source.
 */
export function addHistoryRoutes(
  router: Router,
  sources: Pick<WebSources, 'seriesText' | 'clock'>,
  answerError: AnswerError,
): void {
  const readOnly = allowOnly(['GET', 'HEAD'], answerError);
  const notFound = answerNotFound(answerError);
  addRoutes('/api/v1/credentials', 'credential');
  addRoutes('/api/v1/buckets', 'bucket');

  function addRoutes(below: '/api/v1/credentials' | '/api/v1/buckets', kind: HistorySubject['kind']): void {
    router
      .route(`${below}/:name/history.csv`)
      .get((request, response) => answer(request, response, kind, 'csv'))
      .all(readOnly);

    router
      .route(`${below}/:name/history`)
      .get((request, response) => {
        response.vary('Accept');
        const isCsv = request.accepts(['json', 'text/csv']) === 'text/csv';
        return answer(request, response, kind, isCsv ? 'csv' : 'json');
      })
      .all(readOnly);
  }

  async function answer(
    request: Request<{ name: string }>,
    response: Response,
    kind: HistorySubject['kind'],
    format: HistoryFormat,
  ): Promise<void> {
    try {
      const query = readHistoryRequest(request.query, sources.clock.now());
      const text = await sources.seriesText({ kind, name: request.params.name }, query, format);
      if (text === undefined) return void (await notFound(request, response, () => undefined));
      await sendBody(request, response, { type: CONTENT_TYPES[format], text });
    } catch (error) {
      await answerError(request, response, toHistoryErrorAnswer(error));
    }
  }
}

/** The sources of past events. */
type PastEventSources = Pick<WebSources, 'states' | 'changes' | 'alerts' | 'clock'>;

/** How many events an answer contains at most, and by default. */
const MAX_EVENTS = 1_000;
/** How many alert events are searched at most for those of one credential. */
const MAX_SEARCHED_EVENTS = 10_000;

/** Adds `/api/v1/credentials/:name/events`, which returns changes of the limit and alert events of a credential. */
export function addPastEventRoutes(
  router: Router,
  sources: PastEventSources,
  answerError: AnswerError,
): void {
  const notFound = answerNotFound(answerError);
  router
    .route('/api/v1/credentials/:name/events')
    .get(async (request: Request<{ name: string }>, response: Response) => {
      const { name } = request.params;
      const state = sources.states().find(({ identity }) => identity.name === name);
      if (!state) return void (await notFound(request, response, () => undefined));
      try {
        const query = readHistoryRequest(request.query, sources.clock.now());
        checkHistoryQuery({ ...query, step: 'auto' });
        const events = (await readEvents(sources, state, query)).slice(
          -readLimit(request.query.limit, MAX_EVENTS),
        );
        return await sendJson(request, response, toPastEventsJson(name, query, events));
      } catch (error) {
        return answerError(request, response, toHistoryErrorAnswer(error));
      }
    })
    .all(allowOnly(['GET', 'HEAD'], answerError));
}

/** Returns the events in order of time. At the same instant changes come first, since alerts follow from them. */
async function readEvents(
  { changes, alerts }: PastEventSources,
  { identity: { name }, known }: CredentialState,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<(HistoryChange | AlertEvent)[]> {
  const keys = [bucketOf({ name, known }).key, credentialSubject({ name, known }).key];
  const isAbout = (event: AlertEvent) =>
    'alert' in event ? event.alert.credentials.includes(name) : keys.includes(event.silence.subjectKey);
  const ofAlerts = alerts?.events(from, to, MAX_SEARCHED_EVENTS).filter(isAbout) ?? [];
  return [...((await changes(name, { from, to })) ?? []), ...ofAlerts].sort((a, b) => a.at - b.at);
}
