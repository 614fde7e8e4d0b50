import { setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { buildConnector } from 'undici';
import { DeadlineExceeded, startDeadline } from '../deadline.ts';
import { createLineEndMender } from './answer.ts';
import type { ProxyFault } from './network-fault.ts';
import { openSocket, type SocketOptions } from './open-socket.ts';
import type { ProxyServer } from './proxy.ts';
import { proxySilent, proxyUnreachable } from './proxy-fault.ts';
import { CONNECT_TIMEOUT_MS, openTunnel } from './tunnel.ts';

/** How connections are made. */
export interface ConnectorOptions extends SocketOptions {
  readonly proxy?: ProxyServer | undefined;
  /** Trusted certificate authorities. Default: those of Node.js. */
  readonly secureContext?: SecureContext | undefined;
  /** Whether certificates are checked. Default true. */
  readonly rejectUnauthorized?: boolean | undefined;
  /** The name that the certificates of targets are checked for. Default: the host of the URL. */
  readonly serverName?: string | undefined;
  /** Accepts bare LF line ends in status line and headers. Only for connections that carry one request. */
  readonly isLenient?: boolean | undefined;
  /** Sent to http proxies with CONNECT. */
  readonly userAgent?: string | undefined;
}

/** Makes the connections of one undici dispatcher. */
export interface Connector {
  readonly connect: buildConnector.connector;
  /**
   * Returns the fault of the proxy if a connection attempt to an origin is waiting for it; undefined otherwise.
   * @param timeoutMs how long the request has waited, in milliseconds
   */
  waitingForProxy(origin: string, timeoutMs: number): ProxyFault | undefined;
  /** Aborts all connection attempts. */
  close(): void;
}

/** One connection attempt. */
interface Attempt {
  readonly origin: string;
  /** What the proxy has to do next; undefined when no proxy is waited for. */
  step: 'accept' | 'answer' | undefined;
}

/**
 * Creates a connector. Without a proxy it connects to the target. Through a proxy, an https target is reached by a tunnel
 * (CONNECT, or SOCKS5); for an http target the connection leads to an http proxy and requests have to be in absolute form,
 * or through a SOCKS5 proxy to the target.
 */
export function createConnector(options: ConnectorOptions): Connector {
  const { proxy, secureContext, rejectUnauthorized, serverName, isLenient = false } = options;
  const attempts = new Set<Attempt>();
  const closing = new AbortController();
  // Each attempt adds a listener; more than ten are no leak.
  setMaxListeners(0, closing.signal);
  const startTls = createTlsStarter({ secureContext, rejectUnauthorized });

  async function reachProxy(through: ProxyServer, signal: AbortSignal): Promise<Socket> {
    try {
      const socket = await openSocket(through.hostname, through.port, options, signal);
      if (through.protocol !== 'https:') return socket;
      const { hostname, host } = through;
      return await startTls(socket, { hostname, host, protocol: 'https:', port: String(through.port) });
    } catch (error) {
      throw proxyUnreachable(through, error);
    }
  }

  async function reach(
    target: buildConnector.Options,
    attempt: Attempt,
    signal: AbortSignal,
  ): Promise<Socket> {
    const isSecure = target.protocol === 'https:';
    const port = Number(target.port) || (isSecure ? 443 : 80);
    if (!proxy) return await openSocket(target.hostname, port, options, signal);
    attempt.step = 'accept';
    const socket = await reachProxy(proxy, signal);
    attempt.step = 'answer';
    const tunnel = await openTunnel(socket, proxy, { ...target, port, isSecure }, options.userAgent, signal);
    attempt.step = undefined;
    return tunnel;
  }

  async function connect(target: buildConnector.Options, attempt: Attempt): Promise<Socket> {
    const deadline = startDeadline(CONNECT_TIMEOUT_MS, closing.signal);
    try {
      const socket = await reach(target, attempt, deadline.signal);
      const named = serverName === undefined ? target : { ...target, servername: serverName };
      const secured = target.protocol === 'https:' ? await startTls(socket, named) : socket;
      if (isLenient) mendReads(secured);
      return secured;
    } finally {
      deadline.clear();
    }
  }

  return {
    connect(target, callback) {
      const attempt: Attempt = { origin: `${target.protocol}//${target.host}`, step: undefined };
      attempts.add(attempt);
      connect(target, attempt)
        .finally(() => attempts.delete(attempt))
        .then(
          (socket) => callback(null, socket),
          (error: Error) => callback(error, null),
        );
    },
    waitingForProxy(origin, timeoutMs) {
      const waiting = [...attempts].find((one) => one.origin === origin && one.step !== undefined);
      if (!proxy || !waiting) return undefined;
      const elapsed = new DeadlineExceeded(timeoutMs);
      return waiting.step === 'accept' ? proxyUnreachable(proxy, elapsed) : proxySilent(proxy, elapsed);
    },
    close() {
      closing.abort(new Error('The client is closed'));
    },
  };
}

type TlsTarget = Pick<buildConnector.Options, 'hostname' | 'host' | 'protocol' | 'port' | 'servername'>;

/** Returns a function that starts TLS on a socket; sessions are resumed. */
function createTlsStarter(
  trust: Pick<ConnectorOptions, 'secureContext' | 'rejectUnauthorized'>,
): (socket: Socket, target: TlsTarget) => Promise<Socket> {
  const { secureContext, rejectUnauthorized = true } = trust;
  const connect = buildConnector({
    timeout: CONNECT_TIMEOUT_MS,
    rejectUnauthorized,
    ...(secureContext && { secureContext }),
  });
  return (socket, target) =>
    new Promise((resolve, reject) => {
      connect({ ...target, httpSocket: socket }, (...[error, secured]) => {
        if (!error) return resolve(secured);
        socket.destroy();
        reject(error);
      });
    });
}

/** undici takes every byte of an answer by `read()`, and a lenient socket carries one answer. */
function mendReads(socket: Socket): void {
  const mend = createLineEndMender();
  const read = socket.read.bind(socket);
  socket.read = (size) => {
    const chunk: unknown = read(size);
    return Buffer.isBuffer(chunk) ? mend(chunk) : chunk;
  };
}
