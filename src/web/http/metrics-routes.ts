import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, Response, Router } from 'express';
import { cutText } from '../../kit/foreign-text.ts';
import type { Exposition, ExpositionRequest, WebSources } from '../web-options.ts';
import { type AnswerError, allowOnly } from './error-answer.ts';
import type { PollBudget } from './poll-routes.ts';

/** How much earlier than Prometheus a probe ends, in milliseconds, so that Prometheus gets an answer. As in blackbox_exporter. */
const OFFSET_MS = 500;
const MAX_TIMEOUT_MS = 120_000;
/** Matches a number of seconds as Go formats it. */
const SECONDS = /^\d{1,9}(?:\.\d{1,9})?$/;

/**
 * Returns the timeout of a probe by the header `X-Prometheus-Scrape-Timeout-Seconds`.
 * @returns the timeout in milliseconds; undefined without the header
 * @throws SyntaxError if the value is not a positive number
 */
export function parseProbeTimeout(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const timeoutMs = SECONDS.test(header) ? Number(header) * 1_000 : 0;
  if (timeoutMs <= 0) {
    throw new SyntaxError('X-Prometheus-Scrape-Timeout-Seconds is not a positive number');
  }
  // A timeout that is hardly longer than the offset is halved.
  const ownMs = Math.max(timeoutMs - OFFSET_MS, timeoutMs / 2);
  return Math.floor(Math.min(ownMs, MAX_TIMEOUT_MS));
}

/** How many names an error lists. */
const MAX_NAMES = 50;
/** How many characters of an unknown name an error repeats. */
const QUOTE_LENGTH = 64;

/** Answers a scrape. Needs no Express. */
export type ServeMetrics = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Returns the function that answers `/metrics`. */
export function createServeMetrics(sources: Pick<WebSources, 'expose'>): ServeMetrics {
  return async (request, response) => {
    sendExposition(response, await sources.expose(expositionRequest(request)));
  };
}

/** Values of `Sec-Fetch-Site` for requests that no other site has caused. Programs do not send the header. */
const OWN_SITES = new Set([undefined, 'same-origin', 'none']);

/**
 * Adds `/metrics` and `/probe` of the multi-target pattern. If the budget is used up, or if another site caused the request
 * of a browser, `/probe` exposes the last reading without a new probe, so that scrapes do not fail because of other clients.
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
    const mayPoll = isOwn && budget.take(name) === 0;
    sendExposition(
      response,
      await sources.probe(name, { ...expositionRequest(request), timeoutMs, mayPoll }),
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

/** Sends an exposition without the helpers of Express, which change the content type that Prometheus 3 requires. */
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
