import { createHmac, timingSafeEqual } from 'node:crypto';
import express, { type Request, type RequestHandler } from 'express';
import type { AnswerError } from './error-answer.ts';

/** Tells what our own pages and programs send from what another site makes a browser send. */
export interface PostGuard {
  /** What a page puts into its forms, as the field `token`, or a script into the header `X-Headroom-Token`. */
  tokenFor(request: Request): string;
  /**
   * Reads the form or JSON of a request (16 KiB at most) into `request.body`, and lets it pass when it comes from a page of
   * ours or from a program.
   */
  readonly requireOwnPage: RequestHandler[];
}

/** The largest form or JSON that is read. */
const MOST_BYTES = '16kb';
const OWN_SITES = new Set(['same-origin', 'none']);
const REFUSAL = 'This form is not from a page of this Headroom, or the page is too old: load it again';

/**
 * Guards whatever changes something. Browsers say where a request comes from, by `Sec-Fetch-Site`
 * (https://www.w3.org/TR/fetch-metadata/) where they trust the connection, and by `Origin`; what they send must come from
 * this origin and carry the token that only our pages know. What says neither is a program, and carries no password that
 * somebody else could borrow.
 *
 * The token is bound to the password that came with the page, and to this process: a page that is open across a restart
 * gets a new one when it is refreshed.
 * @param key random bytes of this process
 * @param externalUrl where people reach the pages, when a proxy changes `Host`
 */
export function createPostGuard(
  key: Uint8Array,
  externalUrl: string | undefined,
  answerError: AnswerError,
): PostGuard {
  const externalHost = externalUrl === undefined ? undefined : new URL(externalUrl).host;

  function tokenFor({ headers }: Request): string {
    return createHmac('sha256', key)
      .update(headers.authorization ?? '')
      .digest('base64url');
  }

  function isOwnOrigin({ headers }: Request, origin: string): boolean {
    const hosts = [headers.host, headers['x-forwarded-host'], externalHost];
    return URL.canParse(origin) && hosts.includes(new URL(origin).host);
  }

  function isAllowed(request: Request): boolean {
    const site = request.get('sec-fetch-site');
    const origin = request.get('origin');
    if (site === undefined && origin === undefined) return true;
    if (site !== undefined && !OWN_SITES.has(site)) return false;
    if (site === undefined && origin !== undefined && !isOwnOrigin(request, origin)) return false;
    const body = request.body as { token?: unknown } | undefined;
    return isSame(request.get('x-headroom-token') ?? body?.token, tokenFor(request));
  }

  const check: RequestHandler = (request, response, next) => {
    if (isAllowed(request)) next();
    else return answerError(request, response, { status: 403, code: 'forbidden', message: REFUSAL });
  };

  return {
    tokenFor,
    requireOwnPage: [
      express.urlencoded({ extended: false, limit: MOST_BYTES }),
      express.json({ limit: MOST_BYTES }),
      check,
    ],
  };
}

/** Compares in a time that does not tell how much is right. */
function isSame(given: unknown, token: string): boolean {
  if (typeof given !== 'string') return false;
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
