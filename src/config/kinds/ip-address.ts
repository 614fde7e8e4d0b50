import { isIP } from 'node:net';
import type { Kind } from './kind.ts';
import { scalarKind } from './kind.ts';

/** An IPv4 or IPv6 address of this machine, without port. */
export const ipAddress: Kind<string> = scalarKind({
  noun: 'an IP address',
  allowed: 'an IPv4 or IPv6 address of this machine, such as 10.0.0.7 or 2001:db8::7',
  parse: (value) => (typeof value === 'string' && isIP(value) !== 0 ? value : undefined),
  show: (value) => value,
});
