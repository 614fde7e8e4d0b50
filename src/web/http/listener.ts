import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Log } from '../../kit/log.ts';
import type { ListenAddress } from '../../kit/network-address.ts';
import {
  admitsClient,
  requestsCertificate,
  type TlsMaterial,
  toSecureContextOptions,
} from './tls-options.ts';

/** Formats an address as Prometheus does: `:10429`, `127.0.0.1:10429`, `[::1]:10429`. */
export function formatListenAddress({ host = '', port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Reasons why the system cannot listen, by error code. */
const REFUSALS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use',
  EACCES: 'this user may not open the port; ports from 1024 are open to all',
  EADDRNOTAVAIL: 'this machine has no such address',
  EAFNOSUPPORT: 'this machine does not speak that IP version',
  ENOTFOUND: 'the name cannot be resolved',
  EAI_AGAIN: 'the name cannot be resolved',
};

/** Returns the error if the server cannot listen: `Cannot listen on 0.0.0.0:10429: the port is in use`. */
export function toListenError(address: ListenAddress, error: NodeJS.ErrnoException): Error {
  const reason = REFUSALS[error.code ?? ''] ?? error.message;
  return new Error(`Cannot listen on ${formatListenAddress(address)}: ${reason}`, { cause: error });
}

/** A server that listens on one address. */
export interface Listener {
  /** The origin under which this machine can reach the server. */
  readonly origin: string;
  /** Rejects new connections, waits for running requests, and closes their connections after `graceMs` milliseconds. */
  close(graceMs: number): Promise<void>;
}

/** How long idle connections are kept, in milliseconds: longer than usual load balancers (60 s) and scrape intervals do. */
const KEEP_ALIVE_MS = 75_000;
/** How long a client may take to send a request, in milliseconds, as a protection against slow clients. */
const REQUEST_MS = 15_000;
/** How often a closing server closes idle connections, in milliseconds. */
const CLOSE_CHECK_MS = 50;

/**
 * Starts a server on an address.
 * @param currentTls returns the current TLS material. The first result decides between HTTP (undefined) and HTTPS.
 * @throws Error `Cannot listen on 0.0.0.0:10429: the port is in use`
 */
export async function listen(
  address: ListenAddress,
  handle: RequestListener,
  currentTls: () => TlsMaterial | undefined,
  log: Log,
): Promise<Listener> {
  const tls = currentTls();
  const server = tls ? createSecureServer(handle, tls, currentTls) : createServer(handle);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.headersTimeout = REQUEST_MS;
  server.requestTimeout = REQUEST_MS;
  server.listen({ port: address.port, ...(address.host !== undefined && { host: address.host }) });
  try {
    await once(server, 'listening');
  } catch (error) {
    throw toListenError(address, error as NodeJS.ErrnoException);
  }
  // A connection that cannot be accepted, for example without file descriptors, must not end the process.
  server.on('error', (error) => log.error('A connection could not be accepted', { error }));
  return {
    origin: originOf(tls ? 'https' : 'http', address, (server.address() as AddressInfo).port),
    close: (graceMs) => close(server, graceMs),
  };
}

function createSecureServer(
  handle: RequestListener,
  tls: TlsMaterial,
  currentTls: () => TlsMaterial | undefined,
): TlsServer {
  let inUse = tls;
  const asks = requestsCertificate(tls.clientAuthType);
  const server = createTlsServer(
    {
      ...toSecureContextOptions(tls),
      requestCert: asks,
      handshakeTimeout: REQUEST_MS,
      // `admit` below decides, so that a changed policy needs no new server.
      rejectUnauthorized: false,
    },
    handle,
  );
  const renew = () => {
    const next = currentTls() ?? inUse;
    if (next === inUse) return;
    inUse = next;
    server.setSecureContext(toSecureContextOptions(next));
  };
  const admit = (socket: TLSSocket) => {
    // A policy that is enabled later needs a restart: without a request clients send no certificate.
    if (!asks) return;
    const certificate = socket.getPeerX509Certificate();
    if (!admitsClient(inUse, { certificate, verified: socket.authorized })) socket.destroy();
  };
  // Both run before the listeners of Node.js: the handshake uses the new certificate, and HTTP never handles a rejected client.
  server.prependListener('connection', renew);
  server.prependListener('secureConnection', admit);
  return server;
}

function originOf(scheme: string, { host }: ListenAddress, port: number): string {
  const isEverywhere = host === undefined || host === '0.0.0.0' || host === '::';
  const name = isEverywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `${scheme}://${name}:${port}`;
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const idle = setInterval(() => server.closeIdleConnections(), CLOSE_CHECK_MS);
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearInterval(idle);
      clearTimeout(cut);
      resolve();
    });
  });
}
