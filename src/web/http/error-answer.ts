import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { HistoryQueryError, HistoryUnavailableError } from '../../domain/history/query.ts';
import type { Log } from '../../kit/log.ts';
import type { ShowPage } from '../page.ts';
import { sendJson, sendText } from './send-body.ts';

/** An error as it is told: as JSON below `/api/`, as a page to browsers, as a line of text to everybody else. */
export interface ErrorAnswer {
  readonly status: number;
  /** For programs: `not_found`. */
  readonly code: string;
  /** For people: one sentence, without a full stop. */
  readonly message: string;
}

/** Tells an error. */
export type AnswerError = (request: Request, response: Response, error: ErrorAnswer) => Promise<void>;

const NOT_FOUND = { status: 404, code: 'not_found', message: 'There is nothing at this address' } as const;
const API_PATH = /^\/api(?:\/|$)/;

/** @param routePrefix below which the API lies */
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

/** Answers what no route has answered. */
export function answerNotFound(answerError: AnswerError): RequestHandler {
  return (request, response) => answerError(request, response, NOT_FOUND);
}

/** The last handler of a route: its path exists, the method does not. */
export function allowOnly(methods: readonly string[], answerError: AnswerError): RequestHandler {
  return (request, response) => {
    response.setHeader('Allow', methods.join(', '));
    const message = `${request.method} is not possible here; allowed are ${methods.join(', ')}`;
    return answerError(request, response, { status: 405, code: 'method_not_allowed', message });
  };
}

/** What Express and its body parser throw. */
interface RequestFault {
  readonly status?: unknown;
  /** Of the body parser, such as `entity.too.large`. */
  readonly type?: unknown;
  /** The most bytes that are read. */
  readonly limit?: unknown;
}

/**
 * Answers what a handler has thrown: a request that cannot be read, or a fault of ours, which is logged. A client that has
 * gone before it had sent everything gets no answer, and is no fault.
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

/** Returns undefined for what is a fault of ours. */
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

/**
 * Returns how the failure of a history is answered.
 * @throws the error itself, when it is none of a history's own
 */
export function toHistoryErrorAnswer(error: unknown): ErrorAnswer {
  if (error instanceof HistoryQueryError) {
    return { status: 400, code: 'bad_request', message: error.message };
  }
  if (!(error instanceof HistoryUnavailableError)) throw error;
  return { status: 503, code: 'unavailable', message: `The history cannot be read: ${error.message}` };
}
