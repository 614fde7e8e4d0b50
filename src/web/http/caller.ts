import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import type { TLSSocket } from 'node:tls';
import type { WebOptions } from '../web-options.ts';
import type { WebConfigSource } from './web-config.ts';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');
/** RFC 6761, section 6.3. */
const LOOPBACK_NAME = /^(?:.+\.)?localhost$/;
/** What `Host` may hold besides IPv6: no user, no path, nothing encoded. */
const HOST = /^(?:\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i;
/** Headers that proxies add; browsers and programs that send requests themselves have no reason to. */
const PROXY_HEADER =
  /^(?:forwarded|via|x-forwarded.*|x-real-ip|x-(?:cluster-)?client-ip|x-original-.*|x-envoy-.*|(?:true|cf|fly|fastly)-(?:client|connecting)-ip)$/;

/**
 * Reads the host out of a `Host` header or an authority.
 * @returns in lower case, without port, brackets and the dot of the DNS root; IP addresses in their shortest form;
 *   undefined when it is malformed
 */
export function parseHost(text: string): string | undefined {
  if (!HOST.test(text)) return undefined;
  try {
    // Also writes 127.1 and 0x7f000001 as the address that they are.
    return new URL(`http://${text}`).hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '') || undefined;
  } catch {
    return undefined;
  }
}

/** Reports whether a host, as `parseHost` returns it, or an address of a socket is this machine's loopback. */
export function isLoopback(host: string | undefined): boolean {
  if (host === undefined) return false;
  const family = isIP(host);
  if (family === 0) return LOOPBACK_NAME.test(host);
  return LOOPBACK.check(host, family === 6 ? 'ipv6' : 'ipv4');
}

/**
 * Returns every host that a request is addressed to: by `Host`, by a target in absolute form, and by `X-Forwarded-Host`.
 * @returns undefined when there is no `Host`, more than one, or one that is malformed
 */
export function requestHosts(request: IncomingMessage): readonly string[] | undefined {
  const { headersDistinct, url = '' } = request;
  const [host, ...more] = headersDistinct.host ?? [];
  if (host === undefined || more.length > 0) return undefined;
  const target = url.startsWith('/') || url === '*' ? [] : [authorityOf(url)];
  const forwarded = (headersDistinct['x-forwarded-host'] ?? []).flatMap((line) => line.split(','));
  const hosts = [host, ...target, ...forwarded].map((text) => parseHost(text.trim()));
  return hosts.every((one) => one !== undefined) ? hosts : undefined;
}

/**
 * Returns the names and addresses of this Headroom besides loopback, as `parseHost` writes them: those configured, and what
 * this machine is called; links in messages are made of its name. Reads the addresses anew, since they change.
 */
export function ownHosts({
  listenAddresses,
  externalUrl,
  allowedHosts = [],
}: Pick<WebOptions, 'listenAddresses' | 'externalUrl' | 'allowedHosts'>): ReadonlySet<string> {
  const interfaces = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses);
  const hosts = [
    hostname(),
    ...interfaces.map(({ address }) => address),
    ...listenAddresses.flatMap(({ host }) => host ?? []),
    ...allowedHosts,
  ].map((host) => parseHost(isIP(host) === 6 ? `[${host.replace(/%.*/, '')}]` : host));
  if (externalUrl !== undefined) hosts.push(parseHost(new URL(externalUrl).host));
  return new Set(hosts.filter((host) => host !== undefined));
}

/**
 * Reports whether a request was sent by a program or browser of this machine. It was not when a proxy of this machine
 * passed it on, which shows by the headers that proxies add, by HTTP/1.0, or by a host name that is not this machine's.
 */
export function isFromThisMachine(request: IncomingMessage): boolean {
  const { socket, headers, httpVersion } = request;
  if (!isLoopback(socket.remoteAddress) || httpVersion === '1.0') return false;
  if (Object.keys(headers).some((name) => PROXY_HEADER.test(name))) return false;
  if (requestHosts(request)?.every(isLoopback) !== true) return false;
  return headers.origin === undefined || isLoopback(parseHost(authorityOf(headers.origin)));
}

/**
 * Reports whether the caller has proved who it is: by a password, without which no request gets this far where there are
 * users, or by a client certificate that an authority of the web configuration has signed.
 */
export function isAuthenticated(
  { socket }: IncomingMessage,
  webConfig: Pick<WebConfigSource, 'current'>,
): boolean {
  const { users, tls } = webConfig.current();
  if (users.size > 0) return true;
  // Without authorities of its own OpenSSL checks against the public ones. A resumed session counts as authorized even
  // where it has no certificate.
  if (tls?.clientCa === undefined || !(socket as Partial<TLSSocket>).authorized) return false;
  return Object.keys((socket as TLSSocket).getPeerCertificate()).length > 0;
}

function authorityOf(url: string): string {
  return /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)/i.exec(url)?.[1] ?? '';
}
