import { isIPv6 } from 'node:net';
import type { ListenAddress } from '../../kit/listen-address.ts';
import type { Kind } from './kind.ts';
import { scalarKind } from './kind.ts';

const GRAMMAR = /^(?:\[([^\]]+)\]|([a-z0-9._-]*)):(\d{1,5})$/i;
const MAX_PORT = 65_535;

/** Where to listen, as Prometheus writes it. */
export const listenAddress: Kind<ListenAddress> = scalarKind({
  noun: 'an address to listen on',
  allowed: 'host:port, [IPv6 address]:port, or :port for every interface; ports from 0 to 65535',
  parse(value) {
    const match = typeof value === 'string' ? GRAMMAR.exec(value) : null;
    if (!match || Number(match[3]) > MAX_PORT) return undefined;
    const [, ipv6, host] = match;
    // Brackets with anything else in them would fail only when the server starts to listen.
    if (ipv6 !== undefined && !isIPv6(ipv6)) return undefined;
    return { host: ipv6 ?? (host || undefined), port: Number(match[3]) };
  },
  show: ({ host = '', port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`,
});
