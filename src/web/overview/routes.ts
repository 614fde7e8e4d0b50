import type { Request, Response, Router } from 'express';
import { admit, createEventClients, type EventClientsOptions, missedBy } from '../api/event-routes.ts';
import { type FeedEntry, type LiveFeed, toEventText } from '../api/live-feed.ts';
import type { Asset, Assets } from '../assets.ts';
import { type AnswerError, allowOnly, answerNotFound } from '../http/error-answer.ts';
import { POLL_NOTICES } from '../http/poll-routes.ts';
import type { ShowPage } from '../page.ts';
import type { WebSources } from '../web-options.ts';
import { takeSnapshots } from './buckets.ts';
import { type Notice, toOverviewPage } from './page.ts';
import { readOverviewQuery } from './query.ts';
import type { OverviewUpdates } from './updates.ts';

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
          snapshots: takeSnapshots(sources, now),
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

/** What results have in common that come within this time is told once, in milliseconds. */
const GATHER_MS = 200;

/** What the stream is made with beside the defaults. */
interface OverviewEventsOptions extends EventClientsOptions {
  readonly after?: (delayMs: number, action: () => void) => void;
}

/**
 * `/events/overview`: the overview's own stream, with the parts of the page that have changed. A page that comes back is
 * told what it has missed; one that has missed too much is told to ask for itself anew.
 * @param stopping aborts when Headroom stops
 */
export function addOverviewEvents(
  router: Router,
  feed: LiveFeed,
  updates: OverviewUpdates,
  stopping: AbortSignal,
  answerError: AnswerError,
  { after = waitFor, ...options }: OverviewEventsOptions = {},
): void {
  const clients = createEventClients({ ...options, heartbeat: () => updates.forChangedStatuses() });
  let changed = new Set<string>();

  function tell(): void {
    const credentials = changed;
    changed = new Set();
    if (clients.size > 0) clients.send(updates.forCredentials(credentials));
  }

  /** What a page is told first: its buckets that have changed meanwhile, or to ask for itself anew. */
  function firstWords(missed: readonly FeedEntry[] | undefined): string {
    if (!missed) return toEventText({ id: feed.newestId(), event: 'reset', data: {} });
    const names = missed.flatMap(({ event }) => (event.kind === 'result' ? [event.result.credential] : []));
    return names.length === 0 ? '' : updates.forCredentials(new Set(names));
  }

  feed.subscribe(({ event }) => {
    if (clients.size === 0 || event.kind !== 'result') return;
    if (changed.size === 0) after(GATHER_MS, tell);
    changed.add(event.result.credential);
  });
  stopping.addEventListener('abort', () => clients.close(), { once: true });

  router
    .route('/events/overview')
    .get((request, response) => {
      const first = firstWords(missedBy(request, feed));
      return admit(clients, request, response, first, answerError);
    })
    .all(allowOnly(['GET', 'HEAD'], answerError));
}

function waitFor(delayMs: number, action: () => void): void {
  setTimeout(action, delayMs).unref();
}
