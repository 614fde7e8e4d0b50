import { isIP, SocketAddress } from 'node:net';

/** The kinds that exporter-toolkit compares, as OpenSSL writes them. */
const KINDS: ReadonlySet<string> = new Set(['DNS', 'email', 'IP Address', 'URI']);
/**
 * One name of a list as Node writes it: `DNS:a.example`. A value that could be mistaken for several names is a JSON string
 * (https://nodejs.org/api/crypto.html#x509subjectaltname), which is matched first and whole.
 */
const NAME = /(?:^|, )([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,"]*)(?=, |$)/gy;

/**
 * Reports whether one of a certificate's alternative names is on the list. Names are compared whole and exactly, without
 * wildcards; IP addresses by value.
 * @param subjectAltName the names as `X509Certificate` of node:crypto gives them; undefined when there are none
 */
export function hasAllowedName(subjectAltName: string | undefined, allowed: readonly string[]): boolean {
  const wanted = new Set(allowed.map(canonical));
  return parseAlternativeNames(subjectAltName ?? '').some((name) => wanted.has(canonical(name)));
}

/** Parses DNS names, e-mail addresses, IP addresses and URIs. A list that cannot be read to its end gives no names. */
function parseAlternativeNames(text: string): string[] {
  const names: string[] = [];
  let end = 0;
  for (const match of text.matchAll(NAME)) {
    const [whole, kind = '', value = ''] = match;
    end = match.index + whole.length;
    if (!KINDS.has(kind)) continue;
    names.push(value.startsWith('"') ? (JSON.parse(value) as string) : value);
  }
  return end === text.length ? names : [];
}

/** One spelling for all spellings of an IP address: OpenSSL writes `0:0:0:0:0:0:0:1`, Go and people `::1`. */
function canonical(name: string): string {
  const version = isIP(name);
  if (version === 0) return name;
  return new SocketAddress({ address: name, family: version === 4 ? 'ipv4' : 'ipv6' }).address;
}
