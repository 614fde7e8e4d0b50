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
 * The history of a credential as the API shows it. Unlike in the rest of the API, names are camelCase: they are the
 * columns of the CSV too, which `headroom forecast` reads. Times are RFC 3339 in UTC.
 */
interface HistoryJson {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Seconds; null where every point is a result. */
  readonly stepSeconds: number | null;
  readonly points: readonly HistoryPointJson[];
}

/** One point; what is not known is null, never 0. */
type HistoryPointJson = Omit<HistoryPoint, 'at'> & { readonly at: string };

/** The columns of the CSV, in their order. */
export const HISTORY_COLUMNS = ['at', 'remaining', 'limit', 'windowSeconds', 'spent', 'outcome'] as const;

/** Writes a history for the API. */
export function toHistoryJson({ name, from, to, stepMs, points }: HistorySeries): HistoryJson {
  return {
    name,
    from: toTimestamp(from),
    to: toTimestamp(to),
    stepSeconds: stepMs === null ? null : stepMs / 1_000,
    points: points.map((point) => ({ ...point, at: toTimestamp(point.at) })),
  };
}

/** Writes the points as CSV (RFC 4180); what is not known is empty. No value needs quotes: there is no foreign text. */
export function toHistoryCsv(series: HistorySeries): string {
  const rows = toHistoryJson(series).points.map((point) =>
    HISTORY_COLUMNS.map((column) => point[column] ?? '').join(','),
  );
  return `${[HISTORY_COLUMNS.join(','), ...rows].join('\r\n')}\r\n`;
}

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

/** What past events are read from. */
type PastEventSources = Pick<WebSources, 'states' | 'changes' | 'alerts' | 'clock'>;

/** How many events an answer has at most, and by default. */
const MOST_EVENTS = 1_000;
/** How many events of alerting are looked through for those of one credential. */
const MOST_LOOKED_THROUGH = 10_000;

/** `/api/v1/credentials/:name/events`: what changed, and what happened to alerts. Read only. */
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
          -readLimit(request.query.limit, MOST_EVENTS),
        );
        return await sendJson(request, response, toPastEventsJson(name, query, events));
      } catch (error) {
        return answerError(request, response, toHistoryErrorAnswer(error));
      }
    })
    .all(allowOnly(['GET', 'HEAD'], answerError));
}

/** In the order of time; of one moment changes come first, as alerts follow from them. */
async function readEvents(
  { changes, alerts }: PastEventSources,
  { identity: { name }, known }: CredentialState,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<(HistoryChange | AlertEvent)[]> {
  const keys = [bucketOf({ name, known }).key, credentialSubject({ name, known }).key];
  const isAbout = (event: AlertEvent) =>
    'alert' in event ? event.alert.credentials.includes(name) : keys.includes(event.silence.subjectKey);
  const ofAlerts = alerts?.events(from, to, MOST_LOOKED_THROUGH).filter(isAbout) ?? [];
  return [...((await changes(name, { from, to })) ?? []), ...ofAlerts].sort((a, b) => a.at - b.at);
}
