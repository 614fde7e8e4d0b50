import type { Request, Response, Router } from 'express';
import type { LiveFeed } from '../api/live-feed.ts';
import type { Asset, Assets } from '../assets.ts';
import { type AnswerError, allowOnly, answerNotFound } from '../http/error-answer.ts';
import { POLL_NOTICES } from '../http/poll-routes.ts';
import type { ShowPage } from '../page.ts';
import type { WebSources } from '../web-options.ts';
import { takeSnapshots } from './foreseen-views.ts';
import { type Notice, toOverviewPage } from './page.ts';
import { readOverviewQuery } from './query.ts';

/** The name changes with the content, so that a copy is good for ever (RFC 8246). */
const CACHED_FOR_EVER = 'public, max-age=31536000, immutable';

/** The pages for people, and the assets they load. */
export function addPageRoutes(
  router: Router,
  sources: WebSources,
  feed: Pick<LiveFeed, 'newestId'>,
  assets: Assets,
  showPage: ShowPage,
  answerError: AnswerError,
): void {
  const readOnly = allowOnly(['GET', 'HEAD'], answerError);
  const notFound = answerNotFound(answerError);

  router
    .route('/')
    .get((request, response) => {
      const now = sources.clock.now();
      return showPage(
        request,
        response,
        'overview',
        toOverviewPage({
          views: takeSnapshots(sources, now),
          fleet: sources.fleet(),
          contain: sources.contain,
          courseOf: sources.courseOf,
          routeOf: sources.routeOf,
          query: readOverviewQuery(request.query),
          eventId: feed.newestId(),
          notice: noticeOf(request.query.polled),
          now,
        }),
      );
    })
    .all(readOnly);

  router
    .route('/assets/:name')
    .get((request, response, next) => {
      const asset = assets.find(request.params.name);
      if (asset) sendAsset(request, response, asset);
      else return notFound(request, response, next);
    })
    .all(readOnly);
}

function noticeOf(polled: unknown): Notice | undefined {
  return Object.entries(POLL_NOTICES).find(([answer]) => answer === polled)?.[1];
}

function sendAsset(request: Request, response: Response, asset: Asset): void {
  const encoding = request.acceptsEncodings('br', 'gzip', 'identity');
  const isCompressed = encoding === 'br' || encoding === 'gzip';
  const body = isCompressed ? asset.compressed(encoding) : asset.body;
  response.setHeader('Content-Type', asset.type);
  response.setHeader('Cache-Control', CACHED_FOR_EVER);
  response.vary('Accept-Encoding');
  if (isCompressed) response.setHeader('Content-Encoding', encoding);
  response.setHeader('Content-Length', body.length);
  response.end(body);
}
