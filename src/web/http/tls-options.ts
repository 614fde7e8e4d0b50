import type { X509Certificate } from 'node:crypto';
import { isIP, SocketAddress } from 'node:net';
import type { SecureContextOptions, SecureVersion } from 'node:tls';

/** The kinds of names that exporter-toolkit compares, as OpenSSL writes them. */
const KINDS: ReadonlySet<string> = new Set(['DNS', 'email', 'IP Address', 'URI']);
/**
 * Matches one name of a list as Node writes it: `DNS:a.example`. A value that could be mistaken for several names is a JSON string
 * (https://nodejs.org/api/crypto.html#x509subjectaltname), which is matched first and whole.
 */
const NAME = /(?:^|, )([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,"]*)(?=, |$)/gy;

/**
 * Reports whether one of a certificate's alternative names is on the list. Names are compared whole and exactly, without
 * wildcards; IP addresses by value.
 * @param subjectAltName the names as `X509Certificate` of node:crypto returns them; undefined if there are none
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

/** Returns the shortest form of an IP address: OpenSSL writes `0:0:0:0:0:0:0:1`, Go and people `::1`. Other names are returned as they are. */
function canonical(name: string): string {
  const version = isIP(name);
  if (version === 0) return name;
  return new SocketAddress({ address: name, family: version === 4 ? 'ipv4' : 'ipv6' }).address;
}

/** TLS versions by their names in a web configuration file. */
const TLS_VERSIONS = {
  TLS10: 'TLSv1',
  TLS11: 'TLSv1.1',
  TLS12: 'TLSv1.2',
  TLS13: 'TLSv1.3',
} as const satisfies Record<string, SecureVersion>;

/** One of the names in `TLS_VERSIONS`. */
type TlsVersion = keyof typeof TLS_VERSIONS;

/** All TLS versions, oldest first. */
export const TLS_VERSION_NAMES = Object.keys(TLS_VERSIONS) as TlsVersion[];

/**
 * Cipher suites that Go calls secure (https://pkg.go.dev/crypto/tls#CipherSuites), with OpenSSL's names. Those of TLS 1.3
 * cannot be restricted in Go; here a file that names some of them allows no others.
 */
const CIPHER_SUITES = {
  TLS_AES_128_GCM_SHA256: 'TLS_AES_128_GCM_SHA256',
  TLS_AES_256_GCM_SHA384: 'TLS_AES_256_GCM_SHA384',
  TLS_CHACHA20_POLY1305_SHA256: 'TLS_CHACHA20_POLY1305_SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: 'ECDHE-ECDSA-AES128-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: 'ECDHE-ECDSA-AES256-SHA',
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: 'ECDHE-RSA-AES128-SHA',
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: 'ECDHE-RSA-AES256-SHA',
} as const;

/** One of Go's names of cipher suites. */
type CipherSuite = keyof typeof CIPHER_SUITES;

/** All cipher suites that can be chosen. */
export const CIPHER_SUITE_NAMES = Object.keys(CIPHER_SUITES) as CipherSuite[];

/** Elliptic curves by their names in a web configuration file, with OpenSSL's names. */
const CURVES = { CurveP256: 'P-256', CurveP384: 'P-384', CurveP521: 'P-521', X25519: 'X25519' } as const;

/** One of the names of elliptic curves. */
type Curve = keyof typeof CURVES;

/** All elliptic curves that can be chosen. */
export const CURVE_NAMES = Object.keys(CURVES) as Curve[];

/** Go's policies for client certificates (https://pkg.go.dev/crypto/tls#ClientAuthType). */
export const CLIENT_AUTH_TYPES = [
  'NoClientCert',
  'RequestClientCert',
  'RequireAnyClientCert',
  'VerifyClientCertIfGiven',
  'RequireAndVerifyClientCert',
] as const;

/** One of `CLIENT_AUTH_TYPES`. */
type ClientAuthType = (typeof CLIENT_AUTH_TYPES)[number];

/** Contains TLS settings and the content of the files they name. */
export interface TlsMaterial extends TlsPolicy {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** Certificate authorities of clients. */
  readonly clientCa: Buffer | undefined;
}

/** TLS settings that need no file. */
export interface TlsPolicy {
  readonly clientAuthType: ClientAuthType;
  /** Alternative names of which a client's certificate must have one; undefined allows every certificate. */
  readonly clientAllowedSans: readonly string[] | undefined;
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  readonly cipherSuites: readonly CipherSuite[] | undefined;
  readonly prefersServerCiphers: boolean;
  /** The preferred one first. */
  readonly curves: readonly Curve[] | undefined;
}

/** Returns the options of Node.js for a secure context. */
export function toSecureContextOptions(material: TlsMaterial): SecureContextOptions {
  const { cert, key, clientCa, cipherSuites, curves } = material;
  return {
    cert,
    key,
    minVersion: TLS_VERSIONS[material.minVersion],
    maxVersion: TLS_VERSIONS[material.maxVersion],
    honorCipherOrder: material.prefersServerCiphers,
    ...(clientCa && { ca: clientCa }),
    ...(cipherSuites && { ciphers: cipherSuites.map((name) => CIPHER_SUITES[name]).join(':') }),
    ...(curves && { ecdhCurve: curves.map((name) => CURVES[name]).join(':') }),
  };
}

/** Reports whether the server requests certificates from clients. */
export function requestsCertificate(type: ClientAuthType): boolean {
  return type !== 'NoClientCert';
}

/** Contains the certificate of a client's handshake. */
interface ClientCertificate {
  /** Undefined when the client sent none. */
  readonly certificate: Pick<X509Certificate, 'subjectAltName'> | undefined;
  /** Whether it is signed by one of the client authorities. */
  readonly verified: boolean;
}

/** Reports whether a client may connect, by the policy for client certificates and the list of alternative names. */
export function admitsClient(
  { clientAuthType, clientAllowedSans }: Pick<TlsPolicy, 'clientAuthType' | 'clientAllowedSans'>,
  { certificate, verified }: ClientCertificate,
): boolean {
  if (clientAllowedSans && !hasAllowedName(certificate?.subjectAltName, clientAllowedSans)) return false;
  switch (clientAuthType) {
    case 'NoClientCert':
    case 'RequestClientCert':
      return true;
    case 'RequireAnyClientCert':
      return certificate !== undefined;
    case 'VerifyClientCertIfGiven':
      return certificate === undefined || verified;
    case 'RequireAndVerifyClientCert':
      return certificate !== undefined && verified;
  }
}
