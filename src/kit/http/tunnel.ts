import { isIP, type Socket } from 'node:net';
import { Client } from 'undici';
import { ProxyFault } from './network-fault.ts';
import { type ProxyServer, proxyAuthorization } from './proxy.ts';
import { isPage, proxyAnswered, proxyRefusal, proxyUnreachable } from './proxy-fault.ts';
import { connectBySocks5 } from './socks5.ts';

/** Time limit of one connection attempt, with proxy and TLS, in milliseconds (30 s). */
export const CONNECT_TIMEOUT_MS = 30_000;

interface TunnelTarget {
  readonly hostname: string;
  readonly port: number;
  readonly isSecure: boolean;
}

/**
 * Makes a connection to a proxy lead to a target: by SOCKS5, or by CONNECT for an https target. For an http target of an http
 * proxy the connection stays as it is. Ends the connection when that fails.
 * @param socket a connection to the proxy
 * @param userAgent sent with CONNECT
 * @param signal ends the connection
 * @throws ProxyFault when the proxy refuses, does not speak the protocol, or cuts the connection
 */
export async function openTunnel(
  socket: Socket,
  proxy: ProxyServer,
  { hostname, port, isSecure }: TunnelTarget,
  userAgent: string | undefined,
  signal: AbortSignal,
): Promise<Socket> {
  const onAbort = (): void => void socket.destroy(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    if (proxy.protocol === 'socks5:') {
      await connectBySocks5(socket, proxy, hostname, port, signal);
      return socket;
    }
    const host = isIP(hostname) === 6 ? `[${hostname}]` : hostname;
    return isSecure ? await sendConnect(socket, proxy, `${host}:${port}`, userAgent) : socket;
  } catch (error) {
    socket.destroy();
    throw error instanceof ProxyFault ? error : proxyUnreachable(proxy, error);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** undici's client writes CONNECT and parses the answer; diagnostics channels see both. */
async function sendConnect(
  socket: Socket,
  proxy: ProxyServer,
  target: string,
  userAgent: string | undefined,
): Promise<Socket> {
  const client = new Client(`http://${proxy.host}`, {
    // undici's client stalls when the callback runs within the call.
    connect: (_, callback) => queueMicrotask(() => callback(null, socket)),
    headersTimeout: CONNECT_TIMEOUT_MS,
  });
  const authorization = proxyAuthorization(proxy);
  try {
    const answer = await client.connect({
      path: target,
      headers: {
        host: target,
        ...(userAgent !== undefined && { 'user-agent': userAgent }),
        ...(authorization !== undefined && { 'proxy-authorization': authorization }),
      },
    });
    // Nothing listens to its errors until TLS or the next client does.
    answer.socket.on('error', () => undefined);
    if (answer.statusCode < 200 || answer.statusCode > 299) {
      throw proxyRefusal(proxy, answer.statusCode, target);
    }
    if (isPage(answer.headers)) throw proxyAnswered(proxy, answer.statusCode, target);
    return answer.socket as Socket;
  } finally {
    // The tunnel's socket no longer belongs to it.
    void client.destroy();
  }
}
