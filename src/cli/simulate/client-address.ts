import { isIP } from 'node:net';
import { type Kind, scalarKind } from '../../config/kinds/kind.ts';

/** The address of a client of the simulated hub. */
export const clientAddress: Kind<string> = scalarKind({
  noun: 'an IP address',
  allowed: 'an IPv4 or IPv6 address, such as 127.0.0.1 or 2001:db8::7',
  parse: (value) => (typeof value === 'string' && isIP(value) !== 0 ? value : undefined),
  show: (value) => value,
});
