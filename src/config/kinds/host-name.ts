import { isIP } from 'node:net';
import type { Kind } from './kind.ts';
import { scalarKind } from './kind.ts';

/** Labels as DNS and container networks have them; `_` stands in the names of Compose services. */
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
