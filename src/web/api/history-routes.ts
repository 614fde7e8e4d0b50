import type { Request, Response, Router } from 'express';
import { bucketOf, credentialSubject } from '../../domain/alerts/lifecycle/alert-identity.ts';
import type { AlertEvent } from '../../domain/alerts/lifecycle/alert-store.ts';
import type { CredentialState } from '../../domain/credential-state.ts';
import {
  checkHistoryQuery,
  type HistoryChange,
  type HistoryPoint,
  type HistorySeries,
} from '../../domain/history/query.ts';
import { type AnswerError, allowOnly, answerNotFound, toHistoryErrorAnswer } from '../http/error-answer.ts';
import { readHistoryRequest, readLimit } from '../http/query-parameters.ts';
import { sendBody, sendJson } from '../http/send-body.ts';
import { toTimestamp } from '../text.ts';
import type { WebSources } from '../web-options.ts';
import { toPastEventsJson } from './event-json.ts';

/**
 * The JSON of the history of a credential. In contrast to the rest of the API, names are in camelCase: they are also the
 * columns of the CSV, which `headroom forecast` reads. Times are RFC 3339 in UTC.
 */
interface HistoryJson {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Interval of the points in seconds; null if every point is a result. */
  readonly stepSeconds: number | null;
  readonly points: readonly HistoryPointJson[];
}

/** The JSON of one point. Unknown values are null, never 0. */
type HistoryPointJson = Omit<HistoryPoint, 'at'> & { readonly at: string };

/** The columns of the CSV, in this order. */
export const HISTORY_COLUMNS = ['at', 'remaining', 'limit', 'windowSeconds', 'spent', 'outcome'] as const;

/** Returns the JSON of a history. */
export function toHistoryJson({ name, from, to, stepMs, points }: HistorySeries): HistoryJson {
  return {
    name,
    from: toTimestamp(from),
    to: toTimestamp(to),
    stepSeconds: stepMs === null ? null : stepMs / 1_000,
    points: points.map((point) => ({ ...point, at: toTimestamp(point.at) })),
  };
}

/** Returns the points as CSV (RFC 4180). Unknown values are empty. No value needs quotes, since none is foreign text. */
export function toHistoryCsv(series: HistorySeries): string {
  const rows = toHistoryJson(series).points.map((point) =>
    HISTORY_COLUMNS.map((column) => point[column] ?? '').join(','),
  );
  return `${[HISTORY_COLUMNS.join(','), ...rows].join('\r\n')}\r\n`;
}

/** Returns the history of a credential or bucket by its name; undefined if it does not exist. */
type FindSeries = WebSources['series'];

/**
 * Adds `/api/v1/credentials/:name/history` and `/api/v1/buckets/:name/history`, which return a history as JSON or CSV.
 * Buckets are named by their source.
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
