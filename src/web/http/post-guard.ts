import { createHmac, timingSafeEqual } from 'node:crypto';
import express, { type Request, type RequestHandler } from 'express';
import { isAuthenticated, isFromThisMachine, isLoopback, requestHosts } from './caller.ts';
import type { AnswerError, ErrorAnswer } from './error-answer.ts';
import type { WebConfigSource } from './web-config.ts';

/** Decides which requests may send a form, and which may change something. It is the only guard of the routes. */
export interface PostGuard {
  /** Returns the token of a page: for the field `token` of its forms, or for the header `X-Headroom-Token` of a script. */
  tokenFor(request: Request): string;
  /** Returns why the sender of this request may change nothing, as a sentence; undefined if it may. */
  refusalFor(request: Request): string | undefined;
  /**
   * Reads the form or JSON of a request (at most 16 KiB) into `request.body`, and rejects requests that are sent neither by
   * a page of this Headroom nor by a program.
   */
  readonly requireOwnPage: RequestHandler[];
  /** Does the same for routes that change something, and rejects senders that may not, and foreign host names. */
  readonly requireAdmin: RequestHandler[];
}

/** Contains the dependencies of the guard. */
export interface PostGuardParts {
  /** Random bytes of this process. */
  readonly key: Uint8Array;
  /** The URL of the pages for users, if a proxy changes `Host`. */
  readonly externalUrl: string | undefined;
  /** Returns the host names and addresses, in lower case, that requests that change something may use, in addition to loopback. */
  readonly hosts: () => ReadonlySet<string>;
  /** `web.enable_admin`. */
  readonly enableAdmin: boolean;
  readonly webConfig: Pick<WebConfigSource, 'current'>;
  readonly answerError: AnswerError;
}

/** The largest form or JSON that is read, in bytes. */
const MOST_BYTES = 16_384;
/** How many fields a form may have. */
const MOST_FIELDS = 100;
const OWN_SITES = new Set(['same-origin', 'none']);
const OTHER_PAGE = 'This form is not from a page of this Headroom, or the page is too old: load it again';
const OTHER_MACHINE =
  'Another machine, or a proxy, may change nothing here without authentication: set basic_auth_users in web.config_file, or web.enable_admin: true';
const BAD_HOST =
  'The request must have exactly one Host, a host name or an IP address with or without a port';
const OTHER_TYPE =
  'The body is of another type; allowed are application/json and application/x-www-form-urlencoded';

/**
 * Creates the guard. It checks three questions, in this order:
 *
 * 1. May the sender change something? It must be on this machine or authenticated, or `web.enable_admin` is set.
 * 2. Is the request addressed to this Headroom by one of its own names? A page under another name that resolves to this
 *    machine (DNS rebinding) has the same origin for the browser, and could send any request.
 * 3. Did another site cause the request of a browser? Browsers send the origin of a request in `Sec-Fetch-Site`
 *    (https://www.w3.org/TR/fetch-metadata/) on secure connections, and in `Origin`. Such requests must have this origin and
 *    contain the token of a page. A request without both headers is sent by a program, which sends no password stored by a
 *    browser.
 *
 * The token depends on the password that was sent with the page, and on this process. A page that stays open during a
 * restart receives a new token when it is refreshed.
 */
export function createPostGuard(parts: PostGuardParts): PostGuard {
  const { key, externalUrl, hosts, enableAdmin, webConfig, answerError } = parts;
  const externalHost = externalUrl === undefined ? undefined : new URL(externalUrl).host;

  function tokenFor({ headers }: Request): string {
    return createHmac('sha256', key)
      .update(headers.authorization ?? '')
      .digest('base64url');
  }

  function problemOf(request: Request): ErrorAnswer | undefined {
    const named = requestHosts(request);
    if (!named) return { status: 400, code: 'bad_request', message: BAD_HOST };
    if (!enableAdmin && !isAuthenticated(request, webConfig) && !isFromThisMachine(request)) {
      return forbidden(OTHER_MACHINE);
    }
    const known = hosts();
    const foreign = named.find((host) => !isLoopback(host) && !known.has(host));
    if (foreign === undefined) return undefined;
    return forbidden(
      `Under this name nothing may be changed: ${foreign.slice(0, 100)}; if it is one of this Headroom, add it to web.allowed_hosts, or set web.external_url`,
    );
  }

  function isOwnOrigin({ headers }: Request, origin: string): boolean {
    const own = [headers.host, headers['x-forwarded-host'], externalHost];
    return URL.canParse(origin) && own.includes(new URL(origin).host);
  }

  function isOwnPage(request: Request): boolean {
    const site = request.get('sec-fetch-site');
    const origin = request.get('origin');
    if (site === undefined && origin === undefined) return true;
    if (site !== undefined && !OWN_SITES.has(site)) return false;
    if (site === undefined && origin !== undefined && !isOwnOrigin(request, origin)) return false;
    const body = request.body as { token?: unknown } | undefined;
    return isSame(request.get('x-headroom-token') ?? body?.token, tokenFor(request));
  }

  const checkSender: RequestHandler = (request, response, next) => {
    const problem = problemOf(request);
    if (!problem) next();
    else return answerError(request, response, problem);
  };

  const checkType: RequestHandler = (request, response, next) => {
    if (request.body !== undefined || !hasBody(request)) next();
    else {
      const problem = { status: 415, code: 'unsupported_media_type', message: OTHER_TYPE };
      return answerError(request, response, problem);
    }
  };

  const checkPage: RequestHandler = (request, response, next) => {
    if (isOwnPage(request)) next();
    else return answerError(request, response, forbidden(OTHER_PAGE));
  };

  const requireOwnPage = [
    express.urlencoded({ extended: false, limit: MOST_BYTES, parameterLimit: MOST_FIELDS }),
    express.json({ limit: MOST_BYTES }),
    checkType,
    checkPage,
  ];
  return {
    tokenFor,
    refusalFor: (request) => problemOf(request)?.message,
    requireOwnPage,
    // The sender is checked before the body is read.
    requireAdmin: [checkSender, ...requireOwnPage],
  };
}

function forbidden(message: string): ErrorAnswer {
  return { status: 403, code: 'forbidden', message };
}

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Compares in constant time, so that the time does not reveal how many characters match. */
function isSame(given: unknown, token: string): boolean {
  if (typeof given !== 'string') return false;
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
