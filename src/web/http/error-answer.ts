import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { HistoryQueryError, HistoryUnavailableError } from '../../domain/history/query.ts';
import type { Log } from '../../kit/log.ts';
import type { ShowPage } from '../page.ts';
import { sendJson, sendText } from './send-body.ts';

/** Contains an error for the client. It is sent as JSON below `/api/`, as a page to browsers, otherwise as a line of text. */
export interface ErrorAnswer {
  readonly status: number;
  /** The error code for programs, such as `not_found`. */
  readonly code: string;
  /** The message for users: one sentence, without a period. */
  readonly message: string;
}

/** Answers a request with an error. */
export type AnswerError = (request: Request, response: Response, error: ErrorAnswer) => Promise<void>;

const NOT_FOUND = { status: 404, code: 'not_found', message: 'There is nothing at this address' } as const;
const API_PATH = /^\/api(?:\/|$)/;

/**
 * Creates the function that answers requests with an error.
 * @param routePrefix path prefix of all routes, such as `/` or `/headroom`
 */
export function createAnswerError(routePrefix: string, showPage: ShowPage): AnswerError {
  const prefixLength = routePrefix === '/' ? 0 : routePrefix.length;
  return (request, response, error) => {
    const { status, code, message } = error;
    const path = request.originalUrl.slice(prefixLength);
    if (API_PATH.test(path)) return sendJson(request, response, { error: { code, message } }, status);
    if (request.accepts(['text', 'html']) === 'html') {
      const page = { title: message, headline: message, status: String(status) };
      return showPage(request, response, 'error', page, status);
    }
    return sendText(request, response, message, status);
  };
}

/** Returns the handler for requests that match no route, which answers 404. */
export function answerNotFound(answerError: AnswerError): RequestHandler {
  return (request, response) => answerError(request, response, NOT_FOUND);
}

/** Returns the last handler of a route, which answers 405 to methods that are not allowed. */
export function allowOnly(methods: readonly string[], answerError: AnswerError): RequestHandler {
  return (request, response) => {
    response.setHeader('Allow', methods.join(', '));
    const message = `${request.method} is not possible here; allowed are ${methods.join(', ')}`;
    return answerError(request, response, { status: 405, code: 'method_not_allowed', message });
  };
}

/** The properties of errors that Express and its body parser throw. */
interface RequestFault {
  readonly status?: unknown;
  /** The error type of the body parser, such as `entity.too.large`. */
  readonly type?: unknown;
  /** The largest allowed body, in bytes. */
  readonly limit?: unknown;
}

/**
 * Returns the handler for errors that other handlers throw. Invalid requests are answered with status 4xx; other errors are
 * logged and answered with 500. A client that disconnects before the end of its request gets no answer.
 */
export function answerFault(answerError: AnswerError, log: Log): ErrorRequestHandler {
  return (error: RequestFault, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    if (isAborted(request)) {
      log.debug('A request was aborted', { method: request.method, path: request.path });
      response.destroy();
      return;
    }
    const refusal = refusalOf(error);
    if (refusal) return answerError(request, response, refusal);
    log.error('A request failed', { method: request.method, path: request.path, error });
    const message = 'Headroom could not answer; its log says why';
    return answerError(request, response, { status: 500, code: 'internal', message });
  };
}

function isAborted({ complete, destroyed, socket }: Request): boolean {
  return !complete && (destroyed || socket.destroyed);
}

/** Returns the answer to an invalid request; undefined for an internal error. */
function refusalOf({ status, type, limit }: RequestFault): ErrorAnswer | undefined {
  switch (type) {
    case 'entity.too.large':
      return tooLarge(`The body is too large; allowed are ${Number(limit) / 1_024} KiB`);
    case 'parameters.too.many':
      return tooLarge('The form has too many fields');
    case 'encoding.unsupported':
      return unsupported(
        'The encoding of the body is not supported; allowed are identity, gzip, deflate and br',
      );
    case 'charset.unsupported':
      return unsupported('The charset of the body is not supported; allowed is utf-8');
    case 'entity.parse.failed':
      return badRequest('The body is not valid JSON');
  }
  return status === 400 ? badRequest('The request cannot be understood') : undefined;
}

function tooLarge(message: string): ErrorAnswer {
  return { status: 413, code: 'too_large', message };
}

function unsupported(message: string): ErrorAnswer {
  return { status: 415, code: 'unsupported_media_type', message };
}

function badRequest(message: string): ErrorAnswer {
  return { status: 400, code: 'bad_request', message };
}

/** No bucket has the requested name. The message names the buckets. */
export class UnknownBucketError extends Error {
  override readonly name = 'UnknownBucketError';
}

/**
 * Returns the answer to an error of the history, or to the name of a bucket that does not exist.
 * @throws the error itself if it is another one
 */
export function toHistoryErrorAnswer(error: unknown): ErrorAnswer {
  if (error instanceof HistoryQueryError) return badRequest(error.message);
  if (error instanceof UnknownBucketError) return { status: 404, code: 'not_found', message: error.message };
  if (!(error instanceof HistoryUnavailableError)) throw error;
  return { status: 503, code: 'unavailable', message: `The history cannot be read: ${error.message}` };
}
