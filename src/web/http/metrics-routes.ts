import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, Response, Router } from 'express';
import { cutText } from '../../kit/foreign-text.ts';
import type { Exposition, ExpositionRequest, WebSources } from '../web-options.ts';
import { type AnswerError, allowOnly } from './error-answer.ts';
import type { PollBudget } from './poll-routes.ts';

/** How much earlier than Prometheus we give up, so that it still gets an answer; blackbox_exporter uses the same. */
const OFFSET_MS = 500;
const MAX_TIMEOUT_MS = 120_000;
/** As Go writes a number of seconds. */
const SECONDS = /^\d{1,9}(?:\.\d{1,9})?$/;

/**
 * Reads `X-Prometheus-Scrape-Timeout-Seconds`.
 * @returns milliseconds a probe may take; undefined without the header
 * @throws SyntaxError when it is not a positive number
 */
export function parseProbeTimeout(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const timeoutMs = SECONDS.test(header) ? Number(header) * 1_000 : 0;
  if (timeoutMs <= 0) {
    throw new SyntaxError('X-Prometheus-Scrape-Timeout-Seconds is not a positive number');
  }
  // A timeout hardly longer than the offset keeps half of itself.
  const ownMs = Math.max(timeoutMs - OFFSET_MS, timeoutMs / 2);
  return Math.floor(Math.min(ownMs, MAX_TIMEOUT_MS));
}

/** Names that an error lists. */
const MAX_NAMES = 50;
/** How much of a wrong name an error repeats, in characters. */
const QUOTE_LENGTH = 64;

/** Answers a scrape; does without Express. */
export type ServeMetrics = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** The answer to `/metrics`. */
export function createServeMetrics(sources: Pick<WebSources, 'expose'>): ServeMetrics {
  return async (request, response) => {
    sendExposition(response, await sources.expose(expositionRequest(request)));
  };
}

/** What browsers say of requests that no other site has caused; programs say nothing. */
const OWN_SITES = new Set([undefined, 'same-origin', 'none']);

/**
 * Adds `/metrics`, and the multi-target pattern's `/probe`. A scrape must not fail because others have scraped: without
 * budget, and for a browser that another site sends here, `/probe` exposes the last reading.
 */
export function addMetricsRoutes(
  router: Router,
  sources: WebSources,
  serveMetrics: ServeMetrics,
  answerError: AnswerError,
  budget: PollBudget,
): void {
  const readOnly = allowOnly(['GET', 'HEAD'], answerError);

  router.route('/metrics').get(serveMetrics).all(readOnly);
  router.route('/probe').get(probe).all(readOnly);

  async function probe(request: Request, response: Response): Promise<void> {
    const name = request.query.credential;
    const names = sources.states().map(({ identity }) => identity.name);
    if (typeof name !== 'string' || !names.includes(name)) {
      return answerError(request, response, badRequest(wordsForName(name, names)));
    }
    let timeoutMs: number | undefined;
    try {
      timeoutMs = parseProbeTimeout(request.get('x-prometheus-scrape-timeout-seconds'));
    } catch (error) {
      return answerError(request, response, badRequest((error as SyntaxError).message));
    }
    const isOwn = OWN_SITES.has(request.get('sec-fetch-site'));
    const mayAsk = isOwn && budget.take(name) === 0;
    sendExposition(
      response,
      await sources.probe(name, { ...expositionRequest(request), timeoutMs, mayPoll: mayAsk }),
    );
  }
}

function expositionRequest({ headers }: IncomingMessage): ExpositionRequest {
  const acceptEncoding = headers['accept-encoding'];
  return {
    accept: headers.accept,
    acceptEncoding: Array.isArray(acceptEncoding) ? acceptEncoding.join(', ') : acceptEncoding,
  };
}

/** Without Express' own helpers: Prometheus 3 wants the content type exactly as it is written. */
function sendExposition(response: ServerResponse, { contentType, contentEncoding, body }: Exposition): void {
  response.setHeader('Content-Type', contentType);
  if (contentEncoding !== undefined) response.setHeader('Content-Encoding', contentEncoding);
  response.setHeader('Vary', 'Accept, Accept-Encoding');
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader(
    'Content-Length',
    body.reduce((sum, part) => sum + part.byteLength, 0),
  );
  response.cork();
  for (const part of body) response.write(part);
  response.end();
}

function wordsForName(name: unknown, names: readonly string[]): string {
  const listed = names.slice(0, MAX_NAMES).join(', ');
  const known = names.length > MAX_NAMES ? `${listed} and ${names.length - MAX_NAMES} more` : listed;
  if (typeof name !== 'string' || name === '')
    return `The parameter credential is missing; known are ${known}`;
  return `Unknown credential: ${JSON.stringify(cutText(name, QUOTE_LENGTH))}; known are ${known}`;
}

function badRequest(message: string) {
  return { status: 400, code: 'bad_request', message };
}
