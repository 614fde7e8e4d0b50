import type { RequestHandler } from 'express';
import type { CheckPassword } from './basic-auth.ts';
import { sendText } from './send-body.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** `none` is a person's own doing; programs send no such header at all. */
const OWN_SITES = new Set([undefined, 'same-origin', 'none']);

/**
 * Lets nobody in without a right password, where there are any: pages, metrics and health alike, as exporter-toolkit
 * does.
 * @param currentUsers bcrypt hashes by user name as of now
 */
export function requirePassword(
  check: CheckPassword,
  currentUsers: () => ReadonlyMap<string, string>,
): RequestHandler {
  return async (request, response, next) => {
    const users = currentUsers();
    if (users.size === 0) return next();
    const admission = await check(request.headers.authorization, users);
    if (admission === 'admitted') return next();
    if (admission === 'busy') {
      response.setHeader('Retry-After', '1');
      return sendText(request, response, 'Too many passwords wait to be checked', 429);
    }
    response.setHeader('WWW-Authenticate', 'Basic realm="Headroom", charset="UTF-8"');
    return sendText(request, response, 'A user name and password are needed', 401);
  };
}

/**
 * Refuses what another site makes a browser do: it would come with the password that the browser remembers.
 * By `Sec-Fetch-Site` (https://www.w3.org/TR/fetch-metadata/), which pages cannot forge.
 */
export function refuseForeignSites(): RequestHandler {
  return (request, response, next) => {
    if (SAFE_METHODS.has(request.method) || OWN_SITES.has(request.get('sec-fetch-site'))) return next();
    return sendText(request, response, 'Requests from other sites are refused', 403);
  };
}
