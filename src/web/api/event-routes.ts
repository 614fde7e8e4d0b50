import type { Request, Response, Router } from 'express';
import { startTicking } from '../../kit/clock.ts';
import { type AnswerError, allowOnly } from '../http/error-answer.ts';
import { type FeedEntry, type LiveFeed, toEventText } from './live-feed.ts';

/** Sends server-sent events to the clients of one stream. */
interface EventClients {
  /** The number of clients. */
  readonly size: number;
  /**
   * Answers a request with a stream that stays open.
   * @param first text of the first events of the stream
   * @returns false, without an answer, if there are too many clients
   */
  admit(request: Request, response: Response, first: string): boolean;
  /** Sends the same text to every client. */
  send(text: string): void;
  /** Ends all streams and rejects further clients. */
  close(): void;
}

/** Configures a stream of server-sent events. */
export interface EventClientsOptions {
  /** How many clients may be connected at the same time. Default: 1,000. */
  readonly mostClients?: number;
  /**
   * How many bytes may wait for a client that does not read. Then its connection is closed; clients reconnect by
   * themselves. Default: 512 KiB.
   */
  readonly mostBuffered?: number;
  /** Returns the text that keeps an idle stream open. Default: a comment. */
  readonly heartbeat?: () => string;
  /** Calls `tick` at an interval until the returned function is called. Default: by `setInterval`. */
  readonly every?: (intervalMs: number, tick: () => void) => () => void;
}

const MAX_CLIENTS = 1_000;
const MAX_BUFFERED_BYTES = 512 * 1_024;
/** Interval of the heartbeat, in milliseconds. Proxies close connections that are idle for a minute. */
const HEARTBEAT_MS = 15_000;
/** How long clients wait before they reconnect, in milliseconds. */
const RETRY_MS = 2_000;
const HEARTBEAT = ': still here\n\n';
const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  // Disables the buffering of nginx and compatible proxies.
  'X-Accel-Buffering': 'no',
};

/** Creates a stream of server-sent events without clients. */
export function createEventClients({
  mostClients = MAX_CLIENTS,
  mostBuffered = MAX_BUFFERED_BYTES,
  heartbeat = () => HEARTBEAT,
  every = startTicking,
}: EventClientsOptions = {}): EventClients {
  const clients = new Set<Response>();
  let isClosed = false;
  let stopHeartbeat: (() => void) | undefined;

  function send(text: string): void {
    for (const client of clients) write(client, text);
  }

  /** Writes to a client. Unsent bytes stay in memory, so that a client that does not read is disconnected. */
  function write(client: Response, text: string): void {
    client.write(text);
    if (client.writableLength > mostBuffered) client.destroy();
  }

  function remove(client: Response): void {
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
      response.on('close', () => remove(response));
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

/** The event for a client whose last event is too old or of another process. The client must request all data again. */
const RESET = 'reset';

/**
 * Adds `/api/v1/events`, which sends every event as a server-sent event. A client that reconnects with `Last-Event-ID`
 * receives the events that it has missed.
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

/**
 * Answers a request with a stream, or with status 503 if there are too many clients.
 * @param first text of the first events of the stream
 */
export function admit(
  clients: EventClients,
  request: Request,
  response: Response,
  first: string,
  answerError: AnswerError,
): void | Promise<void> {
  if (clients.admit(request, response, first)) return;
  response.setHeader('Retry-After', '30');
  const message = 'Too many clients are connected';
  return answerError(request, response, { status: 503, code: 'unavailable', message });
}

/**
 * Returns the events since the last event of a client, by `Last-Event-ID` or the query `after`; none for a client without a
 * last event.
 * @returns undefined if the last event is unknown: too old, or of another process
 */
export function missedBy(request: Request, feed: LiveFeed): readonly FeedEntry[] | undefined {
  const last = request.get('last-event-id') ?? request.query.after;
  return typeof last === 'string' && last !== '' ? feed.after(last) : [];
}
