import { isIP, isIPv6 } from 'node:net';
import type { ListenAddress } from '../../kit/network-address.ts';
import { type Kind, scalarKind } from './kind.ts';

/** Host names of DNS and container networks; names of Compose services may contain `_`. */
const NAME = /^(?!.{254})[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/;

/** The name or address of a host, without a scheme and a port; in lower case, IPv6 without brackets. */
export const hostName: Kind<string> = scalarKind({
  noun: 'a host name',
  allowed: 'names or IP addresses such as headroom.example.com, without scheme, port and path',
  parse(value) {
    if (typeof value !== 'string') return undefined;
    const host = value.toLowerCase().replace(/^\[(.*)\]$/, '$1');
    if (isIP(host) !== 0) return host;
    const name = host.replace(/\.$/, '');
    return NAME.test(name) ? name : undefined;
  },
  show: (host) => host,
});

/** An IPv4 or IPv6 address of this machine, without port. */
export const ipAddress: Kind<string> = scalarKind({
  noun: 'an IP address',
  allowed: 'an IPv4 or IPv6 address of this machine, such as 10.0.0.7 or 2001:db8::7',
  parse: (value) => (typeof value === 'string' && isIP(value) !== 0 ? value : undefined),
  show: (value) => value,
});

const LISTEN_GRAMMAR = /^(?:\[([^\]]+)\]|([a-z0-9._-]*)):(\d{1,5})$/i;
const MAX_PORT = 65_535;

/** An address to listen on, in the syntax of Prometheus. */
export const listenAddress: Kind<ListenAddress> = scalarKind({
  noun: 'an address to listen on',
  allowed: 'host:port, [IPv6 address]:port, or :port for every interface; ports from 0 to 65535',
  schema: { type: 'string', pattern: ':\\d{1,5}$' },
  parse(value) {
    const match = typeof value === 'string' ? LISTEN_GRAMMAR.exec(value) : null;
    if (!match || Number(match[3]) > MAX_PORT) return undefined;
    const [, ipv6, host] = match;
    // Otherwise invalid text in brackets would fail only when the server starts.
    if (ipv6 !== undefined && !isIPv6(ipv6)) return undefined;
    return { host: ipv6 ?? (host || undefined), port: Number(match[3]) };
  },
  show: ({ host = '', port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`,
});

const PREFIX_GRAMMAR = /^\/(?:[\w.~-]+(?:\/[\w.~-]+)*\/?)?$/;

/** The path of all pages: `/`, or for example `/headroom`, without a trailing slash. */
export const routePrefix: Kind<string> = scalarKind({
  noun: 'a path',
  allowed: 'a path that starts with /, such as /headroom',
  schema: { type: 'string', pattern: '^/' },
  parse: (value) => (typeof value === 'string' && PREFIX_GRAMMAR.test(value) ? trimPath(value) : undefined),
  show: (value) => value,
});

/** Removes trailing slashes from a path; the root stays `/`. */
export function trimPath(path: string): string {
  return path.replace(/\/+$/, '') || '/';
}
