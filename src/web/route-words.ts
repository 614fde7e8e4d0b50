import type { Route } from '../domain/credential.ts';

/** By which way requests leave, in words: `through a proxy, by IPv6`; undefined when it is the usual way. */
export function describeRoute({ localAddress, ipFamily, proxyUrl }: Route): string | undefined {
  const words = [
    // Where the proxy is stays unsaid: its address may hold a password.
    proxyUrl && 'through a proxy',
    localAddress && `from ${localAddress}`,
    ipFamily && `by IPv${ipFamily}`,
  ];
  return words.filter(Boolean).join(', ') || undefined;
}
