import type { Router } from 'express';
import { admit, createEventClients, type EventClientsOptions, missedBy } from '../api/event-routes.ts';
import type { FeedEntry, LiveFeed } from '../api/live-feed.ts';
import { toEventText } from '../api/live-feed.ts';
import { type AnswerError, allowOnly } from '../http/error-answer.ts';
import type { OverviewUpdates } from './updates.ts';

/** What results have in common that come within this time is told once, in milliseconds. */
const GATHER_MS = 200;

/** What the stream is made with beside the defaults. */
export interface OverviewEventsOptions extends EventClientsOptions {
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
  const clients = createEventClients({ ...options, heartbeat: () => updates.byTime() });
  let changed = new Set<string>();

  function tell(): void {
    const credentials = changed;
    changed = new Set();
    if (clients.size > 0) clients.send(updates.after(credentials));
  }

  /** What a page is told first: its buckets that have changed meanwhile, or to ask for itself anew. */
  function firstWords(missed: readonly FeedEntry[] | undefined): string {
    if (!missed) return toEventText({ id: feed.newestId(), event: 'reset', data: {} });
    const names = missed.flatMap(({ event }) => (event.kind === 'result' ? [event.result.credential] : []));
    return names.length === 0 ? '' : updates.after(new Set(names));
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
