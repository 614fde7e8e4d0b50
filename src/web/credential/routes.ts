import type { Request, Response, Router } from 'express';
import type { Alert } from '../../domain/alerts/alert.ts';
import { HistoryUnavailableError, type RecentProbes } from '../../domain/history/query.ts';
import { type ChartNote, toAlertNotes } from '../charts/annotations.ts';
import { bucketPath, credentialPath } from '../credential-words.ts';
import { type AnswerError, allowOnly, answerNotFound } from '../http/error-answer.ts';
import { POLL_NOTICES, type PollAnswer } from '../http/poll-routes.ts';
import { takeSnapshots } from '../overview/buckets.ts';
import type { ShowPage } from '../page.ts';
import type { WebSources } from '../web-options.ts';
import { newestOf, toBucketDetailPage, toCredentialDetailPage } from './detail-pages.ts';
import {
  type DetailHistory,
  type DetailRange,
  fittingRange,
  type HistoryAnswer,
  type HistoryReader,
  readDetailHistory,
  readDetailRange,
} from './history.ts';
import { type DetailPage, toHistoryParts, toRangePicker } from './page.ts';

/** The sources of the pages of credentials and buckets. */
interface DetailSources
  extends Pick<
    WebSources,
    | 'states'
    | 'outlookOf'
    | 'series'
    | 'bucketSeries'
    | 'changes'
    | 'recentProbes'
    | 'routeOf'
    | 'alerts'
    | 'clock'
    | 'log'
  > {
  /** Returns the identifier of the newest event of the live stream. */
  newestEventId(): string;
}

type Query = Readonly<Record<string, unknown>>;

/** Maximum number of alert events that are read for one chart. */
const MOST_ALERT_EVENTS = 1_000;

/** Builds the page of a credential; undefined if there is no such credential. */
async function buildCredentialDetail(
  sources: DetailSources,
  name: string,
  query: Query,
  notice: DetailPage['notice'],
): Promise<DetailPage | undefined> {
  const now = sources.clock.now();
  const snapshots = takeSnapshots(sources, now);
  const snapshot = snapshots.find((candidate) => candidate.name === name);
  if (!snapshot) return undefined;
  // Before the past is read: what comes meanwhile is told again.
  const eventId = sources.newestEventId();
  const reader: HistoryReader = {
    series: (question) => sources.series(name, question),
    changes: (span) => sources.changes(name, span),
  };
  const { range, answer } = await readFitting(sources, reader, query, now);
  const past = toHistoryParts(answer, {
    range,
    forecast: snapshot.outlook?.forecast,
    alerts: alertNotes(sources, range, ({ credentials }) => credentials.includes(name)),
    apiPath: `api/v1/${credentialPath(name)}`,
    now,
  });
  const onBucket = snapshot.source
    ? snapshots.filter(({ source }) => source?.value === snapshot.source?.value)
    : [snapshot];
  const probes = await readProbes(sources, name);
  return toCredentialDetailPage(
    {
      snapshot,
      route: sources.routeOf(name),
      onBucket,
      range: toRangePicker(range, now),
      probes,
      eventId,
      notice,
      ...past,
    },
    now,
  );
}

/** Builds the page of the bucket of a source; undefined if no credential reports it. */
async function buildBucketDetail(
  sources: DetailSources,
  source: string,
  query: Query,
): Promise<DetailPage | undefined> {
  const now = sources.clock.now();
  const [first, ...others] = takeSnapshots(sources, now).filter(
    (snapshot) => snapshot.source?.value === source,
  );
  if (!first) return undefined;
  const members = [first, ...others] as const;
  const eventId = sources.newestEventId();
  const reader: HistoryReader = {
    series: (question) => sources.bucketSeries(source, question),
    changes: () => undefined,
  };
  const { range, answer } = await readFitting(sources, reader, query, now);
  const past = toHistoryParts(answer, {
    range,
    forecast: newestOf(members).outlook?.forecast,
    alerts: alertNotes(sources, range, ({ subject }) => subject.source?.value === source),
    apiPath: `api/v1/${bucketPath(source)}`,
    now,
  });
  return toBucketDetailPage({ source, members, range: toRangePicker(range, now), eventId, ...past }, now);
}

/**
 * Reads the history of the requested range, or, if none is requested, of a default range that fits the known results.
 */
async function readFitting(
  { log }: DetailSources,
  reader: HistoryReader,
  query: Query,
  now: number,
): Promise<{ readonly range: DetailRange; readonly answer: HistoryAnswer }> {
  const asked = readDetailRange(query, now);
  const answer = await readDetailHistory(reader, asked, now, log);
  const isAsked = query.range !== undefined || asked.preset === undefined || asked.problem !== undefined;
  if (isAsked || answer.kind === 'trouble') return { range: asked, answer };
  const range = fittingRange(asked, firstResultAt(answer.past), now);
  return range === asked
    ? { range, answer }
    : { range, answer: await readDetailHistory(reader, range, now, log) };
}

function firstResultAt({ points }: DetailHistory): number | undefined {
  return points.points.find(({ outcome }) => outcome !== null)?.at;
}

function alertNotes(
  { alerts }: DetailSources,
  { from, to }: DetailRange,
  isAbout: (alert: Alert) => boolean,
): ChartNote[] {
  return toAlertNotes(alerts?.events(from, to, MOST_ALERT_EVENTS) ?? [], isAbout);
}

/**
 * Reads the newest probes; undefined if they cannot be read. The page already says why the history cannot be shown.
 */
async function readProbes(
  { recentProbes, log }: DetailSources,
  name: string,
): Promise<RecentProbes | undefined> {
  try {
    return await recentProbes(name);
  } catch (error) {
    if (error instanceof HistoryUnavailableError) return undefined;
    log.warn('The newest probes cannot be read', { credential: name, error });
    return undefined;
  }
}

/** Adds `/credentials/:name` and `/buckets/:source`, the pages of a credential and of a bucket. */
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

/** Returns the message about a poll that the user requested with a form; undefined if there was none. */
function pollNotice(polled: unknown): DetailPage['notice'] {
  const isKnown = typeof polled === 'string' && Object.hasOwn(POLL_NOTICES, polled);
  return isKnown ? POLL_NOTICES[polled as PollAnswer] : undefined;
}
