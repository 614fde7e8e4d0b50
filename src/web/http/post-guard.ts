import { createHmac, timingSafeEqual } from 'node:crypto';
import express, { type Request, type RequestHandler } from 'express';
import { isAuthenticated, isFromThisMachine, isLoopback, requestHosts } from './caller.ts';
import type { AnswerError, ErrorAnswer } from './error-answer.ts';
import type { WebConfigSource } from './web-config.ts';

/** Decides which requests may send a form, and which may change something. The only guard of the routes. */
export interface PostGuard {
  /** Returns what a page puts into its forms, as the field `token`, or a script into the header `X-Headroom-Token`. */
  tokenFor(request: Request): string;
  /** Returns why the sender of this request may change nothing, in a sentence; undefined when it may. */
  refusalFor(request: Request): string | undefined;
  /**
   * Reads the form or JSON of a request (16 KiB at most) into `request.body`, and lets it pass when it comes from a page of
   * ours or from a program.
   */
  readonly requireOwnPage: RequestHandler[];
  /** The same for what changes something: only for those who may, and under a name of this Headroom. */
  readonly requireAdmin: RequestHandler[];
}

/** What the guard depends on. */
export interface PostGuardParts {
  /** Random bytes of this process. */
  readonly key: Uint8Array;
  /** Where people reach the pages, when a proxy changes `Host`. */
  readonly externalUrl: string | undefined;
  /** Names and addresses that a request that changes something may come by, besides loopback; in lower case. */
  readonly hosts: () => ReadonlySet<string>;
  /** `web.enable_admin`. */
  readonly enableAdmin: boolean;
  readonly webConfig: Pick<WebConfigSource, 'current'>;
  readonly answerError: AnswerError;
}

/** The largest form or JSON that is read, in bytes. */
const MOST_BYTES = 16_384;
/** The most fields that a form may have. */
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
 * Creates the guard. Three questions, in this order:
 *
 * 1. May the sender change something? From this machine, or authenticated, or `web.enable_admin`.
 * 2. Is the request addressed to this Headroom? By a name that is its own: a page of another name that resolves to this
 *    machine (DNS rebinding) is of the same origin for the browser, and could send anything.
 * 3. Did another site make a browser send it? Browsers say where a request comes from, by `Sec-Fetch-Site`
 *    (https://www.w3.org/TR/fetch-metadata/) where they trust the connection, and by `Origin`; what they send must come
 *    from this origin and carry the token that only our pages know. What has neither header is a program, and carries no
 *    password that somebody else could borrow.
 *
 * The token is bound to the password that came with the page, and to this process: a page that is open across a restart
 * gets a new one when it is refreshed.
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
    // Before anything of the body is read.
    requireAdmin: [checkSender, ...requireOwnPage],
  };
}

function forbidden(message: string): ErrorAnswer {
  return { status: 403, code: 'forbidden', message };
}

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Compares in a time that does not tell how much is right. */
function isSame(given: unknown, token: string): boolean {
  if (typeof given !== 'string') return false;
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
