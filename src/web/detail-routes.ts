import type { Request, Response, Router } from 'express';
import { newestOf, toBucketDetailPage } from './bucket-detail-page.ts';
import { bucketPath, credentialPath, toCredentialDetailPage } from './credential-detail-page.ts';
import { toPastParts, toRangePicker } from './detail-page.ts';
import { type PastReader, readPast } from './detail-past.ts';
import { readDetailRange } from './detail-range.ts';
import { type AnswerError, allowOnly, answerNotFound } from './error-answer.ts';
import { foreseenViews } from './foreseen-views.ts';
import type { ShowPage } from './page.ts';
import type { WebSources } from './web-options.ts';

/** `/credentials/:name` and `/buckets/:source`: everything known of one of them. */
export function addDetailRoutes(
  router: Router,
  sources: WebSources,
  showPage: ShowPage,
  answerError: AnswerError,
): void {
  const readOnly = allowOnly(['GET', 'HEAD'], answerError);
  const notFound = answerNotFound(answerError);
  const { clock, log } = sources;

  async function showCredential(request: Request<{ name: string }>, response: Response): Promise<void> {
    const now = clock.now();
    const { name } = request.params;
    const views = foreseenViews(sources, now);
    const view = views.find((candidate) => candidate.name === name);
    if (!view) return void (await notFound(request, response, () => undefined));
    const range = readDetailRange(request.query, now);
    const reader: PastReader = {
      series: (query) => sources.series(name, query),
      changes: (span) => sources.changes(name, span),
    };
    const answer = await readPast(reader, range, now, log);
    const forecast = view.outlook?.forecast;
    const apiPath = `api/v1/${credentialPath(name)}`;
    const page = toCredentialDetailPage(
      {
        view,
        onBucket: view.source ? views.filter(({ source }) => source?.value === view.source?.value) : [view],
        range: toRangePicker(range, now),
        probes: sources.recentProbes(name),
        ...toPastParts(answer, { range, forecast, alerts: [], apiPath, now }),
      },
      now,
    );
    await showPage(request, response, 'credential', page);
  }

  async function showBucket(request: Request<{ source: string }>, response: Response): Promise<void> {
    const now = clock.now();
    const { source } = request.params;
    const members = foreseenViews(sources, now).filter((view) => view.source?.value === source);
    if (!isSome(members)) return void (await notFound(request, response, () => undefined));
    const range = readDetailRange(request.query, now);
    const reader: PastReader = {
      series: (query) => sources.bucketSeries(source, query),
      changes: () => undefined,
    };
    const answer = await readPast(reader, range, now, log);
    const forecast = newestOf(members).outlook?.forecast;
    const apiPath = `api/v1/${bucketPath(source)}`;
    const past = toPastParts(answer, { range, forecast, alerts: [], apiPath, now });
    const page = toBucketDetailPage({ source, members, range: toRangePicker(range, now), ...past }, now);
    await showPage(request, response, 'bucket', page);
  }

  router.route('/credentials/:name').get(showCredential).all(readOnly);
  router.route('/buckets/:source').get(showBucket).all(readOnly);
}

function isSome<T>(list: readonly T[]): list is readonly [T, ...T[]] {
  return list.length > 0;
}
