import { REDACTED, Secret } from '../../kit/secret.ts';
import type { Kind } from './kind.ts';
import { scalarKind } from './kind.ts';
import { isOpenUrl } from './web-url.ts';

const FORM = 'an http, https or socks5 URL without path, such as http://user:password@proxy.example.com:3128';

const SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:', 'socks5:', 'socks5h:']);

/** A proxy with its user and password; a secret as a whole. */
export const proxyUrl: Kind<Secret> = scalarKind({
  noun: 'the URL of an http, https or socks5 proxy',
  allowed: FORM,
  secret: (value) => typeof value !== 'string' || !isOpenUrl(value),
  parse: (value) => (typeof value === 'string' && isProxyUrl(value) ? new Secret(value) : undefined),
  show: maskProxyUrl,
});

/** Whether a text is the URL of a proxy that requests can leave by. */
export function isProxyUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname, search, hash } = new URL(text);
  if (!SCHEMES.has(protocol) || hostname === '') return false;
  return (pathname === '/' || pathname === '') && `${search}${hash}` === '';
}

/** A proxy URL for everybody to see: `http://<secret>@proxy:3128`. */
export function maskProxyUrl(proxy: Secret): string {
  const { protocol, host, username, password } = new URL(proxy.reveal());
  return `${protocol}//${username === '' && password === '' ? '' : `${REDACTED}@`}${host}`;
}
