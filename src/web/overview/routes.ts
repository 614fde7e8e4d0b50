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

/** The hashed name changes with the content, so a copy never becomes stale (RFC 8246). */
const CACHED_FOR_EVER = 'public, max-age=31536000, immutable';

/** Adds the overview and the files of public/. */
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
          notice: noticeOf(request.query.polled) ?? (sources.isDemo ? DEMO_NOTICE : undefined),
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

const DEMO_NOTICE: Notice = {
  text: 'This is a demo: Docker Hub and all pulls are simulated on this machine.',
  tone: 'neutral',
};

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

/** Results within this time are sent in one update, in milliseconds. */
const GATHER_MS = 200;

/** Options of the stream of the overview. */
interface OverviewEventsOptions extends EventClientsOptions {
  readonly after?: (delayMs: number, action: () => void) => void;
}

/**
 * Adds `/events/overview`, the stream of changed parts of the overview. A client that reconnects gets what it missed;
 * one that missed too much gets `reset` and loads the page again.
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

  function sendUpdate(): void {
    const credentials = changed;
    changed = new Set();
    if (clients.size > 0) clients.send(updates.forCredentials(credentials));
  }

  /** Returns the first event for a client: the buckets that changed meanwhile, a `reset`, or nothing. */
  function firstEventFor(missed: readonly FeedEntry[] | undefined): string {
    if (!missed) return toEventText({ id: feed.newestId(), event: 'reset', data: {} });
    const names = missed.flatMap(({ event }) => (event.kind === 'result' ? [event.result.credential] : []));
    return names.length === 0 ? '' : updates.forCredentials(new Set(names));
  }

  feed.subscribe(({ event }) => {
    if (clients.size === 0 || event.kind !== 'result') return;
    if (changed.size === 0) after(GATHER_MS, sendUpdate);
    changed.add(event.result.credential);
  });
  stopping.addEventListener('abort', () => clients.close(), { once: true });

  router
    .route('/events/overview')
    .get((request, response) => {
      const first = firstEventFor(missedBy(request, feed));
      return admit(clients, request, response, first, answerError);
    })
    .all(allowOnly(['GET', 'HEAD'], answerError));
}

function waitFor(delayMs: number, action: () => void): void {
  setTimeout(action, delayMs).unref();
}
