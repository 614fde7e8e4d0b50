import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { Log } from '../domain/log.ts';
import type { ShowPage } from './page.ts';
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

/** Answers what a handler has thrown: a request Express itself refuses, or a fault of ours, which is logged. */
export function answerFault(answerError: AnswerError, log: Log): ErrorRequestHandler {
  return (error: { status?: unknown }, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    if (error.status === 400) {
      const message = 'The request cannot be understood';
      return answerError(request, response, { status: 400, code: 'bad_request', message });
    }
    log.error('A request failed', { method: request.method, path: request.path, error });
    const message = 'Headroom could not answer; its log says why';
    return answerError(request, response, { status: 500, code: 'internal', message });
  };
}
