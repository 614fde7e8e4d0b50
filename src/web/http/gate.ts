import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { clientNetworkOf } from '../../kit/network-address.ts';
import type { Admission, CheckPassword } from './basic-auth.ts';
import type { LoadedWebConfig } from './web-config.ts';

/** Reports whether a request is admitted. Answers requests that are not admitted. */
export type Gate = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Allowed values of `Sec-Fetch-Site`. Browsers send `none` for requests of the user; programs do not send the header. */
const OWN_SITES = new Set([undefined, 'same-origin', 'none']);

/**
 * Creates the gate. It applies the rate limit and the passwords of the web configuration to all routes, as exporter-toolkit
 * does. It rejects requests that another site caused, by `Sec-Fetch-Site` (https://www.w3.org/TR/fetch-metadata/), which
 * pages cannot forge: the browser would send the stored password with them.
 * @param current returns the current web configuration
 */
export function createGate(
  check: CheckPassword,
  current: () => Pick<LoadedWebConfig, 'users' | 'rateLimit'>,
  clock: { monotonicMs(): number },
): Gate {
  /** Connections that sent a wrong password. They have their own queue, so that they do not delay new connections. */
  const failed = new WeakSet<Socket>();
  const waitMs = createRateLimiter(clock);

  async function hasPassword(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const { socket } = request;
    const network = clientNetworkOf(socket.remoteAddress);
    const admission = await check({
      authorization: request.headers.authorization,
      client: failed.has(socket) ? `${network} after a wrong password` : network,
      isGone: () => socket.destroyed,
    });
    if (admission === 'admitted') return true;
    if (request.headers.authorization !== undefined) failed.add(socket);
    return refuseAdmission(response, admission);
  }

  return (request, response) => {
    const { users, rateLimit } = current();
    const delayMs = rateLimit ? waitMs(rateLimit) : 0;
    if (delayMs > 0) {
      response.setHeader('Retry-After', String(Math.ceil(delayMs / 1_000)));
      return refuse(response, 429, 'Too many requests');
    }
    if (isForeign(request)) return refuse(response, 403, 'Requests from other sites are refused');
    return users.size === 0 || hasPassword(request, response);
  };
}

/**
 * Creates a token bucket for all clients together, as in exporter-toolkit (generic cell rate algorithm).
 * @returns returns the milliseconds to wait; 0 admits the request
 */
function createRateLimiter(clock: { monotonicMs(): number }) {
  /** When the bucket is full again. */
  let fullAtMs = Number.NEGATIVE_INFINITY;
  return ({ intervalMs, burst }: NonNullable<LoadedWebConfig['rateLimit']>): number => {
    const nowMs = clock.monotonicMs();
    const nextFullAtMs = Math.max(fullAtMs, nowMs) + intervalMs;
    const delayMs = nextFullAtMs - nowMs - burst * intervalMs;
    if (delayMs > 0) return delayMs;
    fullAtMs = nextFullAtMs;
    return 0;
  };
}

function isForeign({ method, headers }: IncomingMessage): boolean {
  if (SAFE_METHODS.has(method ?? '')) return false;
  return !OWN_SITES.has(headers['sec-fetch-site'] as string | undefined);
}

function refuseAdmission(response: ServerResponse, admission: Exclude<Admission, 'admitted'>): false {
  if (admission === 'refused') {
    response.setHeader('WWW-Authenticate', 'Basic realm="Headroom", charset="UTF-8"');
    return refuse(response, 401, 'A user name and password are needed');
  }
  response.setHeader('Retry-After', '1');
  return admission === 'client_busy'
    ? refuse(response, 429, 'Too many passwords from your address are waiting to be checked')
    : refuse(response, 503, 'Too many passwords are waiting to be checked');
}

function refuse(response: ServerResponse, status: number, reason: string): false {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(`${reason}\n`);
  return false;
}
