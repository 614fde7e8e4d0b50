import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CheckPassword } from './basic-auth.ts';

/** Decides whether a request may go on; where it may not, it is answered. */
export type Gate = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** `none` is a person's own doing; programs send no such header at all. */
const OWN_SITES = new Set([undefined, 'same-origin', 'none']);

/**
 * Lets nobody in without a right password, where there are any: pages, metrics and health alike, as exporter-toolkit
 * does. Refuses what another site makes a browser do, since that would come with the password the browser remembers:
 * by `Sec-Fetch-Site` (https://www.w3.org/TR/fetch-metadata/), which pages cannot forge.
 * @param currentUsers bcrypt hashes by user name as of now
 */
export function createGate(check: CheckPassword, currentUsers: () => ReadonlyMap<string, string>): Gate {
  async function hasPassword(
    request: IncomingMessage,
    response: ServerResponse,
    users: ReadonlyMap<string, string>,
  ): Promise<boolean> {
    const admission = await check(request.headers.authorization, users);
    if (admission === 'admitted') return true;
    if (admission === 'busy') {
      response.setHeader('Retry-After', '1');
      return refuse(response, 429, 'Too many passwords wait to be checked');
    }
    response.setHeader('WWW-Authenticate', 'Basic realm="Headroom", charset="UTF-8"');
    return refuse(response, 401, 'A user name and password are needed');
  }

  return (request, response) => {
    if (isForeign(request)) return refuse(response, 403, 'Requests from other sites are refused');
    const users = currentUsers();
    return users.size === 0 || hasPassword(request, response, users);
  };
}

function isForeign({ method, headers }: IncomingMessage): boolean {
  if (SAFE_METHODS.has(method ?? '')) return false;
  return !OWN_SITES.has(headers['sec-fetch-site'] as string | undefined);
}

function refuse(response: ServerResponse, status: number, reason: string): false {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(`${reason}\n`);
  return false;
}
