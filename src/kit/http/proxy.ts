import { ProxyFault } from './network-fault.ts';

/** The schemes of proxies, for messages. */
const PROXY_SCHEMES = 'http, https, socks5';

/** A proxy and the setting that names it. User name and password are in no property, so that it can be printed. */
export interface ProxyServer {
  readonly protocol: 'http:' | 'https:' | 'socks5:';
  /** A name, or an address without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** Host and port for messages: `proxy.example.com:3128`. */
  readonly host: string;
  /** The setting that it comes from: `HTTPS_PROXY`, `credentials[ci].route.proxy_url`. */
  readonly setting: string;
  /** Returns user name and password; undefined when the URL has neither. */
  login(): ProxyLogin | undefined;
}

/** User name and password of a proxy; each can be empty. */
export interface ProxyLogin {
  readonly username: string;
  readonly password: string;
}

const DEFAULT_PORTS = { 'http:': 80, 'https:': 443, 'socks5:': 1_080 } as const;
/** Of user name and password in the SOCKS5 handshake, in bytes (RFC 1929). */
const MAX_SOCKS_FIELD = 255;

/**
 * Parses the URL of a proxy. Without a scheme it is an http proxy, as for curl and Go; `socks5h` is `socks5`: the proxy
 * resolves the name in both cases. A path is ignored.
 * @param setting the setting that the text comes from, for messages
 * @throws ProxyFault when it is not a URL, or has another scheme. The message does not contain the text, which may
 * contain a password
 */
export function parseProxy(text: string, setting: string): ProxyServer {
  const written = text.includes('://') ? text : `http://${text}`;
  if (!URL.canParse(written)) throw notAUrl(setting);
  const url = new URL(written);
  const protocol = url.protocol === 'socks5h:' ? 'socks5:' : url.protocol;
  if (protocol !== 'http:' && protocol !== 'https:' && protocol !== 'socks5:') {
    throw settingFault(setting, `has the scheme ${protocol.slice(0, -1)}; possible are ${PROXY_SCHEMES}`);
  }
  if (url.hostname === '') throw notAUrl(setting);
  const login = readLogin(url, setting);
  if (protocol === 'socks5:' && login) refuseLongLogin(login, setting);
  const port = Number(url.port) || DEFAULT_PORTS[protocol];
  const hostname = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  return {
    protocol,
    hostname,
    port,
    host: `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`,
    setting,
    login: () => login,
  };
}

/** Returns the value of `Proxy-Authorization` (RFC 7617); undefined when the proxy has no login. */
export function proxyAuthorization(proxy: ProxyServer): string | undefined {
  const login = proxy.login();
  return login && `Basic ${Buffer.from(`${login.username}:${login.password}`, 'utf8').toString('base64')}`;
}

function readLogin(url: URL, setting: string): ProxyLogin | undefined {
  if (url.username === '' && url.password === '') return undefined;
  try {
    return { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  } catch {
    throw settingFault(setting, 'has a user name or password with a % that is not followed by two digits');
  }
}

function refuseLongLogin({ username, password }: ProxyLogin, setting: string): void {
  if (Math.max(Buffer.byteLength(username), Buffer.byteLength(password)) <= MAX_SOCKS_FIELD) return;
  throw settingFault(
    setting,
    `has a user name or password of more than ${MAX_SOCKS_FIELD} bytes, which SOCKS5 cannot carry`,
  );
}

function notAUrl(setting: string): ProxyFault {
  return settingFault(setting, 'is not a URL such as http://proxy.example.com:3128');
}

function settingFault(setting: string, words: string): ProxyFault {
  return new ProxyFault('setting', `the proxy in ${setting} ${words}`);
}
