import { isIP, type Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { buildConnector } from 'undici';
import type { Route } from '../domain/route.ts';
import { createLineEndMender } from './line-ends.ts';
import { ProxyFault } from './network-fault.ts';

/** Longest that one connection may take to come about, tunnel and TLS included, in milliseconds (30 s). */
export const CONNECT_TIMEOUT_MS = 30_000;
/** Head start of one address over the next in the race between IP families, in milliseconds; Node's 250 is too short for far links. */
const FAMILY_ATTEMPT_MS = 1_000;

/** How sockets are made for one route, in the form of undici's connector options. */
export function socketOptions(route: Route, context: SecureContext | undefined): buildConnector.BuildOptions {
  // A local address can only reach addresses of its own family.
  const family = route.ipFamily ?? isIP(route.localAddress ?? '');
  return {
    timeout: CONNECT_TIMEOUT_MS,
    ...(context && { secureContext: context }),
    ...(family === 0
      ? { autoSelectFamily: true, autoSelectFamilyAttemptTimeout: FAMILY_ATTEMPT_MS }
      : { autoSelectFamily: false, family }),
  };
}

/** A connector whose sockets read answers with bare LF line ends (see line-ends.ts). */
export function mendingLineEnds(connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) =>
    connect(options, (...[error, socket]) => {
      if (error) return callback(error, null);
      mendReads(socket);
      callback(null, socket);
    });
}

/** A connector towards a proxy: what goes wrong here is the proxy's fault, not the hub's. */
export function towardsProxy(connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) =>
    connect(withoutAddressAsName(options), (...[error, socket]) => {
      if (error) callback(new ProxyFault('The proxy cannot be reached', { cause: error }), null);
      else callback(null, socket);
    });
}

/** undici takes every byte of an answer by `read()`, and a socket carries one answer (see exchange.ts). */
function mendReads(socket: Socket): void {
  const mend = createLineEndMender();
  const read = socket.read.bind(socket);
  socket.read = (size) => {
    const chunk: unknown = read(size);
    return Buffer.isBuffer(chunk) ? mend(chunk) : chunk;
  };
}

/** undici names a proxy in the TLS handshake even by its address, which RFC 6066 forbids and Node 26 refuses. */
function withoutAddressAsName(options: buildConnector.Options): buildConnector.Options {
  const { servername, ...rest } = options;
  const isAddress = isIP(servername?.replace(/^\[|\]$/g, '') ?? '') !== 0;
  return isAddress ? rest : options;
}
