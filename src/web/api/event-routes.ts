import type { Request, Response, Router } from 'express';
import { type AnswerError, allowOnly } from '../http/error-answer.ts';
import { type FeedEntry, type LiveFeed, toEventText } from './live-feed.ts';

/** Those who listen to a stream of server-sent events. */
interface EventClients {
  /** How many there are. */
  readonly size: number;
  /**
   * Answers a request with a stream that stays open.
   * @param first what it begins with
   * @returns false, with nothing answered, when there are too many already
   */
  admit(request: Request, response: Response, first: string): boolean;
  /** Sends every client the same text. */
  send(text: string): void;
  /** Ends all streams, and takes no more. */
  close(): void;
}

/** What streams are made with; everything has a default. */
export interface EventClientsOptions {
  /** The most clients at once: 1,000. */
  readonly mostClients?: number;
  /** How much may wait for a client that does not read, in bytes: 512 KiB. Then it is cut off; it comes back by itself. */
  readonly mostBuffered?: number;
  /** What shows that a stream without news lives; a comment that nobody sees unless given. */
  readonly heartbeat?: () => string;
  /** Ticks until it is told not to. */
  readonly every?: (intervalMs: number, tick: () => void) => () => void;
}

const MOST_CLIENTS = 1_000;
const MOST_BUFFERED = 512 * 1_024;
/** How often a stream without news shows that it lives, in milliseconds: proxies cut what is idle for a minute. */
const HEARTBEAT_MS = 15_000;
/** How soon a client that was cut off should come back, in milliseconds. */
const RETRY_MS = 2_000;
const HEARTBEAT = ': still here\n\n';
const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  // Tells nginx, and those who learned it from nginx, to pass on each event at once.
  'X-Accel-Buffering': 'no',
};

/** Clients of one stream; none at first. */
export function createEventClients({
  mostClients = MOST_CLIENTS,
  mostBuffered = MOST_BUFFERED,
  heartbeat = () => HEARTBEAT,
  every = startTicking,
}: EventClientsOptions = {}): EventClients {
  const clients = new Set<Response>();
  let isClosed = false;
  let stopHeartbeat: (() => void) | undefined;

  function send(text: string): void {
    for (const client of clients) write(client, text);
  }

  /** What the system has not taken yet is kept in memory: a reader that has gone to sleep must not fill it. */
  function write(client: Response, text: string): void {
    client.write(text);
    if (client.writableLength > mostBuffered) client.destroy();
  }

  function dismiss(client: Response): void {
    clients.delete(client);
    if (clients.size > 0) return;
    stopHeartbeat?.();
    stopHeartbeat = undefined;
  }

  return {
    get size() {
      return clients.size;
    },
    admit(request, response, first) {
      if (isClosed || clients.size >= mostClients) return false;
      response.writeHead(200, HEADERS);
      if (request.method === 'HEAD') {
        response.end();
        return true;
      }
      clients.add(response);
      response.on('close', () => dismiss(response));
      stopHeartbeat ??= every(HEARTBEAT_MS, () => send(heartbeat()));
      write(response, `retry: ${RETRY_MS}\n\n${first}`);
      return true;
    },
    send,
    close() {
      isClosed = true;
      for (const client of clients) client.end();
    },
  };
}

/** By itself it keeps no process alive. */
function startTicking(intervalMs: number, tick: () => void): () => void {
  const timer = setInterval(tick, intervalMs).unref();
  return () => clearInterval(timer);
}

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
