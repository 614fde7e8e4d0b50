import type { ListenAddress } from '../../kit/network-address.ts';
import { isLoopback } from '../../simulator/metering/client-address.ts';

/** Takes IPv4 too. */
const EVERY_INTERFACE = '::';

/** The host that a simulator is told to listen on. */
export function listenHost({ host }: ListenAddress): string {
  return host ?? EVERY_INTERFACE;
}

/** Where clients on this machine find a simulator that listens at a URL: who listens everywhere listens on loopback. */
export function clientUrl(listening: URL): URL {
  const url = new URL(listening);
  if (url.hostname === '0.0.0.0' || url.hostname === `[${EVERY_INTERFACE}]`) url.hostname = '127.0.0.1';
  return url;
}

/** Whether other machines may reach a simulator that listens at a URL. */
export function isPublic(listening: URL): boolean {
  return !isLoopback(listening.hostname.replace(/^\[|\]$/g, ''));
}

/** Why a simulator cannot listen, in words that say what to do. */
export function listenFailure({ host, port }: ListenAddress, error: Error): string {
  const address = `${host?.includes(':') ? `[${host}]` : (host ?? '')}:${port}`;
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return `Cannot listen on ${address}: the port is in use. Stop what listens there, or choose another with --listen`;
  }
  if (code === 'EACCES') return `Cannot listen on ${address}: this user may not use the port`;
  if (code === 'EADDRNOTAVAIL') return `Cannot listen on ${address}: this machine has no such address`;
  return `Cannot listen on ${address}: ${error.message}`;
}
