import type { Request, Response, Router } from 'express';
import { type AnswerError, allowOnly } from '../http/error-answer.ts';
import { createEventClients, type EventClients, type EventClientsOptions } from './event-clients.ts';
import { toEventText } from './event-text.ts';
import type { FeedEntry, LiveFeed } from './live-feed.ts';

/** What a client is told whose last event is too old, or of another process: to ask for everything anew. */
const RESET = 'reset';

/**
 * `/api/v1/events`: every event as it happens, as server-sent events. Who comes back with `Last-Event-ID` is told what it
 * has missed.
 * @param stopping aborts when Headroom stops
 */
export function addEventRoutes(
  router: Router,
  feed: LiveFeed,
  stopping: AbortSignal,
  answerError: AnswerError,
  options?: EventClientsOptions,
): void {
  const clients = createEventClients(options);
  feed.subscribe((entry) => clients.size > 0 && clients.send(entry.text()));
  stopping.addEventListener('abort', () => clients.close(), { once: true });

  router
    .route('/api/v1/events')
    .get((request, response) => {
      const missed = missedBy(request, feed);
      const first = missed
        ? missed.map((entry) => entry.text()).join('')
        : toEventText({ id: feed.newestId(), event: RESET, data: {} });
      return admit(clients, request, response, first, answerError);
    })
    .all(allowOnly(['GET', 'HEAD'], answerError));
}

/** Lets a client in, or tells it that there are too many. */
export function admit(
  clients: EventClients,
  request: Request,
  response: Response,
  first: string,
  answerError: AnswerError,
): void | Promise<void> {
  if (clients.admit(request, response, first)) return;
  response.setHeader('Retry-After', '30');
  const message = 'Too many clients listen already';
  return answerError(request, response, { status: 503, code: 'unavailable', message });
}

/** What happened since the last event that a client knows of; nothing for one that knows of none. */
export function missedBy(request: Request, feed: LiveFeed): readonly FeedEntry[] | undefined {
  const last = request.get('last-event-id') ?? request.query.after;
  return typeof last === 'string' && last !== '' ? feed.after(last) : [];
}
