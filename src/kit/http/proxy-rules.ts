import { BlockList, isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { type ProxyServer, parseProxy } from './proxy.ts';

/**
 * Returns the proxy that a URL is requested through; undefined when it is requested directly.
 * @throws ProxyFault when the setting contains no valid proxy
 */
export type ProxyRules = (target: URL) => ProxyServer | undefined;

/** Rules that request every URL directly. */
export const NO_PROXIES: ProxyRules = () => undefined;

/**
 * Reads the proxy variables by the rules of curl and Go (golang.org/x/net/http/httpproxy):
 *
 * - `https_proxy` holds for https URLs, `http_proxy` for http URLs. `all_proxy` is not used: Docker does not use it.
 * - The lower-case name comes before the upper-case one; an empty variable counts as not set.
 * - `localhost` and loopback addresses are always requested directly: a proxy would look for them on its own machine.
 * - `no_proxy` lists what else is requested directly, see `readNoProxy`. Where curl and Go differ, Go's rule holds, so that
 *   Headroom leaves a machine as its Docker does.
 */
export function readProxyRules(env: Readonly<Record<string, string | undefined>>): ProxyRules {
  const isExempt = readNoProxy(readVariable(env, 'no_proxy')?.value ?? '');
  const variables = {
    'http:': readVariable(env, 'http_proxy'),
    'https:': readVariable(env, 'https_proxy'),
  };
  return (target) => {
    const variable = target.protocol === 'https:' ? variables['https:'] : variables['http:'];
    if (!variable || isLoopback(hostOf(target)) || isExempt(target)) return undefined;
    return parseProxy(variable.value, variable.name);
  };
}

interface Variable {
  readonly name: string;
  readonly value: string;
}

function readVariable(
  env: Readonly<Record<string, string | undefined>>,
  lowerCase: string,
): Variable | undefined {
  return [lowerCase, lowerCase.toUpperCase()]
    .map((name) => ({ name, value: env[name]?.trim() ?? '' }))
    .find(({ value }) => value !== '');
}

/** Reports whether one entry of `no_proxy` covers a target. The host is without brackets and without a final dot. */
type Entry = (host: string, port: number) => boolean;

/**
 * Reads a `no_proxy` list. Entries are separated by commas or white space; each is one of
 *
 * - `*`: every host;
 * - `example.com`, `*.example.com`, `.example.com`: the domain and its subdomains; with `*.` or a dot only the subdomains;
 * - `10.1.2.3`, `fd00::1`, `[fd00::1]`: an address; `10.0.0.0/8`, `fd00::/8`: a network. Names are not resolved for them;
 * - one of these but a network with `:port`: that port only.
 *
 * Other entries match nothing.
 * @returns a function that reports whether a URL is requested directly
 */
export function readNoProxy(list: string): (target: URL) => boolean {
  const entries = list.split(/[\s,]+/).flatMap((text) => (text === '' ? [] : [readEntry(text)]));
  return (target) => {
    const port = Number(target.port) || (target.protocol === 'https:' ? 443 : 80);
    const host = hostOf(target);
    return entries.some((covers) => covers(host, port));
  };
}

function readEntry(text: string): Entry {
  if (text === '*') return () => true;
  const network = readNetwork(text);
  if (network) return network;
  const [, bracketed, named, portText] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(text) ?? [];
  // A bare IPv6 address is full of colons, none of which leads a port.
  const name = isIP(text) === 6 ? text : (bracketed ?? named ?? '');
  const covers = isIP(name) === 0 ? readDomain(name) : readAddress(name);
  return (host, port) => (portText === undefined || port === Number(portText)) && covers(host);
}

function readNetwork(text: string): Entry | undefined {
  const [, address = '', prefix = ''] = /^\[?([^[\]/]+)\]?\/(\d{1,3})$/.exec(text) ?? [];
  const family = isIP(address);
  if (family === 0 || Number(prefix) > (family === 4 ? 32 : 128)) return undefined;
  const list = new BlockList();
  list.addSubnet(address, Number(prefix), family === 4 ? 'ipv4' : 'ipv6');
  return (host) => contains(list, host);
}

function readAddress(address: string): (host: string) => boolean {
  const list = new BlockList();
  list.addAddress(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
  return (host) => contains(list, host);
}

function contains(list: BlockList, host: string): boolean {
  const family = isIP(host);
  return family !== 0 && list.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

function readDomain(text: string): (host: string) => boolean {
  const [, prefix = '', rest = ''] = /^(\*?\.)?(.*)$/.exec(text) ?? [];
  // `domainToASCII` would drop what follows these characters.
  const domain = /[/\\:@?#]/.test(rest) ? '' : domainToASCII(rest.replace(/\.$/, '').toLowerCase());
  if (domain === '') return () => false;
  return (host) => (prefix === '' && host === domain) || host.endsWith(`.${domain}`);
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

function isLoopback(host: string): boolean {
  return host === 'localhost' || contains(LOOPBACK, host);
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}
