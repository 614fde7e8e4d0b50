import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Log } from '../../kit/log.ts';
import type { ListenAddress } from '../../kit/network-address.ts';
import { admitsClient, asksForCertificate, type TlsMaterial, toSecureContextOptions } from './tls-options.ts';

/** Writes an address the way Prometheus does: `:10429`, `127.0.0.1:10429`, `[::1]:10429`. */
export function formatListenAddress({ host = '', port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Why a system refused to listen, by its error code. */
const REFUSALS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use',
  EACCES: 'this user may not open the port; ports from 1024 are open to all',
  EADDRNOTAVAIL: 'this machine has no such address',
  EAFNOSUPPORT: 'this machine does not speak that IP version',
  ENOTFOUND: 'the name cannot be resolved',
  EAI_AGAIN: 'the name cannot be resolved',
};

/** Says why the server cannot listen: `Cannot listen on 0.0.0.0:10429: the port is in use`. */
export function toListenError(address: ListenAddress, error: NodeJS.ErrnoException): Error {
  const reason = REFUSALS[error.code ?? ''] ?? error.message;
  return new Error(`Cannot listen on ${formatListenAddress(address)}: ${reason}`, { cause: error });
}

/** A server that listens on one address. */
export interface Listener {
  /** Where it can be reached from this machine, without a path. */
  readonly origin: string;
  /** Takes no more connections, lets requests under way finish, and after `graceMs` cuts them off. */
  close(graceMs: number): Promise<void>;
}

/** Longer than the idle time of usual load balancers (60 s) and scrape intervals, so that we never close first. */
const KEEP_ALIVE_MS = 75_000;
/** A client that takes longer to send a request is a slow one on purpose. */
const REQUEST_MS = 15_000;
/** How often a closing server looks for connections that have become idle. */
const CLOSE_CHECK_MS = 50;

/**
 * Starts to listen.
 * @param currentTls the TLS material as of now; whether it is there decides once, here, between HTTP and HTTPS
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
  // A connection that cannot be accepted, for want of file descriptors for one, must not end the process.
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
  const asks = asksForCertificate(tls.clientAuthType);
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
    // A policy switched on later waits for a restart: clients that are not asked have no certificate to show.
    if (!asks) return;
    const certificate = socket.getPeerX509Certificate();
    if (!admitsClient(inUse, { certificate, verified: socket.authorized })) socket.destroy();
  };
  // Both before Node's own listeners: the handshake uses the new certificate, and HTTP never sees a client refused.
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
