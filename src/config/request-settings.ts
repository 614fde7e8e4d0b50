import type { ReadSecret } from '../domain/alerts/delivery/receiver.ts';
import type { Secret } from '../kit/secret.ts';
import { type ReadFile, readSecretFile } from './files.ts';
import type { Input } from './input.ts';
import { freeMap, type NameRules } from './kinds/collection.ts';
import { filePath } from './kinds/file-path.ts';
import { secretText } from './kinds/text.ts';
import { isProxyUrl, proxyUrl } from './kinds/url.ts';
import { reportUnusable, type Scope } from './scope.ts';
import { optional, type ReadMap } from './settings.ts';

/** The allowed characters of a header name (RFC 9110, section 5.6.2). */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]{1,100}$/;
/** The allowed header values (RFC 9110, section 5.5); a line break would start another header. */
const HEADER_VALUE = /^[\x20-\x7e\x80-\xff]*$/;
/** Headers of the connection or the message, which Headroom sets itself. */
const OWN_HEADERS =
  /^(?:connection|content-length|content-type|expect|host|keep-alive|te|trailer|transfer-encoding|upgrade|webhook-(?:id|timestamp|signature))$/i;

const headerNames: NameRules = {
  noun: 'header names',
  allowed: 'names of headers that Headroom does not set itself',
  reject(name) {
    if (OWN_HEADERS.test(name)) return 'Headroom sets this header itself';
    return HEADER_NAME.test(name) ? undefined : 'Not the name of a header';
  },
};

/** The keys of additional headers of requests: their values, or files with their values. */
export const HEADER_SETTINGS = {
  headers: optional(freeMap(headerNames, secretText)),
  headers_file: optional(freeMap(headerNames, filePath)),
};

/** Reads additional headers, from the configuration and from files. Each name may be used once, in any case. */
export async function readHeaders(
  { values, key }: Pick<ReadMap<typeof HEADER_SETTINGS>, 'values' | 'key'>,
  scope: Scope,
): Promise<Readonly<Record<string, ReadSecret>>> {
  const { headers = new Map(), headers_file: files = new Map() } = values;
  const readers: [string, ReadSecret][] = [];
  const places = new Map<string, string>();
  const isFirst = (name: string, place: 'headers' | 'headers_file', input: Input): boolean => {
    const earlier = places.get(name.toLowerCase());
    places.set(name.toLowerCase(), earlier ?? place);
    if (earlier === undefined) return true;
    const message = `The header is also in ${earlier}`;
    const allowed =
      earlier === place ? 'each header once, in upper or lower case' : 'headers or headers_file';
    scope.report({ place: input.place, key: `${key}.${place}.${name}`, message, allowed });
    return false;
  };
  for (const [name, { value, input }] of headers) {
    if (!isFirst(name, 'headers', input)) continue;
    const check = async () => checkValue(value.reveal(), 'it');
    await reportUnusable(scope, `${key}.headers.${name}`, input, check);
    readers.push([name, async () => value]);
  }
  for (const [name, { value: path, input }] of files) {
    if (!isFirst(name, 'headers_file', input)) continue;
    const read = () => readSecretFile(path, scope.readFile);
    const check = async () => checkValue((await read()).reveal(), path);
    await reportUnusable(scope, `${key}.headers_file.${name}`, input, check);
    readers.push([name, read]);
  }
  return Object.fromEntries(readers);
}

/** @throws Error that names the place, without the value */
function checkValue(value: string, place: string): void {
  if (!HEADER_VALUE.test(value)) {
    throw new Error(`Cannot use ${place}: the value of a header is one line of plain characters`);
  }
}

/** The keys of the proxy of requests. */
export const PROXY_SETTINGS = {
  proxy_url: optional(proxyUrl),
  proxy_url_file: optional(filePath),
};

/**
 * Reads the proxy of requests. A file is read once, with the configuration.
 * @param noun names the map in messages: `route`
 */
export async function readProxyUrl(
  { values, written, key }: Pick<ReadMap<typeof PROXY_SETTINGS>, 'values' | 'written' | 'key'>,
  noun: string,
  scope: Scope,
): Promise<Secret | undefined> {
  const { proxy_url: url, proxy_url_file: path } = values;
  if (written.proxy_url && written.proxy_url_file) {
    const { place } = written.proxy_url_file;
    const message = `The ${noun} has another proxy`;
    scope.report({ place, key: `${key}.proxy_url_file`, message, allowed: 'proxy_url or proxy_url_file' });
  }
  if (path === undefined) return url;
  let fromFile = url;
  await reportUnusable(scope, `${key}.proxy_url_file`, written.proxy_url_file, async () => {
    fromFile = await readProxyFile(path, scope.readFile);
  });
  return fromFile;
}

async function readProxyFile(path: string, readFile: ReadFile): Promise<Secret> {
  const url = await readSecretFile(path, readFile);
  if (isProxyUrl(url.reveal())) return url;
  throw new Error(`Cannot use ${path}: it does not contain the URL of an http, https or socks5 proxy`);
}
