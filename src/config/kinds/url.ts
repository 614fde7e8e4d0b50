import { REDACTED, Secret } from '../../kit/secret.ts';
import { type Kind, type Reject, scalarKind } from './kind.ts';

/** A URL with host and path only, which cannot contain a password. */
const WITHOUT_PASSWORD = /^(?:https?:\/\/)?[a-z0-9.-]*(?:\/[\w./~-]*)?$/i;

/** The parts besides the host that a URL may have. */
type UrlParts = 'host' | 'path' | 'query';

const WITHOUT = {
  host: 'user, path, query and fragment',
  path: 'user, query and fragment',
  query: 'user and fragment',
};

/** Creates a kind of http and https URLs without user and fragment. A query is not shown: it may contain a secret. */
export function webUrl(example: string, parts: UrlParts): Kind<URL> {
  return scalarKind({
    noun: 'an http or https URL',
    allowed: `an http or https URL such as ${example}, without ${WITHOUT[parts]}`,
    secret: mayHoldSecret,
    parse: (value, reject) => parsePlainUrl(value, reject, parts),
    show: ({ origin, pathname, search }) =>
      parts === 'host' ? origin : `${origin}${pathname}${search && `?${REDACTED}`}`,
  });
}

/** Reports whether a rejected URL may contain a secret. */
function mayHoldSecret(value: unknown): boolean {
  return typeof value === 'string' && !WITHOUT_PASSWORD.test(value) && !isOpenUrl(value);
}

/** Reports whether a text is a URL with a host and without user, query and fragment, which may contain secrets. */
function isOpenUrl(text: string): boolean {
  return URL.canParse(text) && new URL(text).host !== '' && !/[@?#]/.test(text);
}

function parsePlainUrl(value: unknown, reject: Reject, parts: UrlParts): URL | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  if (url.username !== '' || url.password !== '') return reject('A user is not allowed in this URL');
  if (parts === 'query' && url.hash !== '') return reject('A fragment is not allowed in this URL');
  if (parts !== 'query' && `${url.search}${url.hash}` !== '')
    return reject('Query and fragment are not allowed in this URL');
  if (parts === 'host' && url.pathname !== '/') return reject('A path is not allowed in this URL');
  return url;
}

/** An http or https URL that is a secret as a whole, such as the URL of a webhook. */
export const secretUrl: Kind<Secret> = scalarKind({
  noun: 'an http or https URL',
  allowed: 'an http or https URL',
  secret: () => true,
  parse: (value) => (typeof value === 'string' && isWebUrl(value) ? new Secret(value) : undefined),
  show: () => REDACTED,
});

/** Reports whether a text is an http or https URL. */
export function isWebUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** The maximum length of a URL in characters: the limit of Slack's buttons. */
const MAX_LENGTH = 3_000;

/** The URL of a page, with optional query and fragment. It is shown in messages. */
export const pageUrl: Kind<string> = scalarKind({
  noun: 'the URL of a page',
  allowed: `an http or https URL of at most ${MAX_LENGTH} characters, without user`,
  secret: (value) => typeof value === 'string' && value.includes('@'),
  parse(value) {
    if (typeof value !== 'string' || value.length > MAX_LENGTH || !isWebUrl(value)) return undefined;
    const { username, password, href } = new URL(value);
    return username === '' && password === '' ? href : undefined;
  },
  show: (value) => value,
});

const FORM = 'an http, https or socks5 URL without path, such as http://user:password@proxy.example.com:3128';

const SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:', 'socks5:', 'socks5h:']);

/** The URL of a proxy with optional user and password; a secret as a whole. */
export const proxyUrl: Kind<Secret> = scalarKind({
  noun: 'the URL of an http, https or socks5 proxy',
  allowed: FORM,
  secret: (value) => typeof value !== 'string' || !isOpenUrl(value),
  parse: (value) => (typeof value === 'string' && isProxyUrl(value) ? new Secret(value) : undefined),
  show: maskProxyUrl,
});

/** Reports whether a text is the URL of a supported proxy. */
export function isProxyUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname, search, hash } = new URL(text);
  if (!SCHEMES.has(protocol) || hostname === '') return false;
  return (pathname === '/' || pathname === '') && `${search}${hash}` === '';
}

/** Formats a proxy URL without its user and password: `http://<secret>@proxy:3128`. */
function maskProxyUrl(proxy: Secret): string {
  const { protocol, host, username, password } = new URL(proxy.reveal());
  return `${protocol}//${username === '' && password === '' ? '' : `${REDACTED}@`}${host}`;
}
