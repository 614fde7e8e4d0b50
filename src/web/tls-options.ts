import type { SecureContextOptions, SecureVersion } from 'node:tls';

/** TLS versions by their names in a web configuration file. */
export const TLS_VERSIONS = {
  TLS10: 'TLSv1',
  TLS11: 'TLSv1.1',
  TLS12: 'TLSv1.2',
  TLS13: 'TLSv1.3',
} as const satisfies Record<string, SecureVersion>;

/** One of the names in `TLS_VERSIONS`. */
export type TlsVersion = keyof typeof TLS_VERSIONS;

/** All TLS versions, oldest first. */
export const TLS_VERSION_NAMES = Object.keys(TLS_VERSIONS) as TlsVersion[];

/**
 * Cipher suites up to TLS 1.2 that Go calls secure (https://pkg.go.dev/crypto/tls#CipherSuites), with OpenSSL's names.
 * Those of TLS 1.3 cannot be chosen, in Go or here.
 */
const CIPHER_SUITES = {
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
export type CipherSuite = keyof typeof CIPHER_SUITES;

/** All cipher suites that can be chosen. */
export const CIPHER_SUITE_NAMES = Object.keys(CIPHER_SUITES) as CipherSuite[];

/** Go's policies for client certificates (https://pkg.go.dev/crypto/tls#ClientAuthType). */
export const CLIENT_AUTH_TYPES = [
  'NoClientCert',
  'RequestClientCert',
  'RequireAnyClientCert',
  'VerifyClientCertIfGiven',
  'RequireAndVerifyClientCert',
] as const;

/** One of `CLIENT_AUTH_TYPES`. */
export type ClientAuthType = (typeof CLIENT_AUTH_TYPES)[number];

/** TLS settings, with the files they name read. */
export interface TlsMaterial {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** Certificate authorities of clients. */
  readonly clientCa: Buffer | undefined;
  readonly clientAuthType: ClientAuthType;
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  readonly cipherSuites: readonly CipherSuite[] | undefined;
  readonly prefersServerCiphers: boolean;
}

/** What Node makes a secure context from. */
export function toSecureContextOptions(material: TlsMaterial): SecureContextOptions {
  const { cert, key, clientCa, cipherSuites } = material;
  return {
    cert,
    key,
    minVersion: TLS_VERSIONS[material.minVersion],
    maxVersion: TLS_VERSIONS[material.maxVersion],
    honorCipherOrder: material.prefersServerCiphers,
    ...(clientCa && { ca: clientCa }),
    ...(cipherSuites && { ciphers: cipherSuites.map((name) => CIPHER_SUITES[name]).join(':') }),
  };
}

/** Whether clients are asked for a certificate at all. */
export function asksForCertificate(type: ClientAuthType): boolean {
  return type !== 'NoClientCert';
}

/**
 * Whether a client may come in.
 * @param given whether it sent a certificate
 * @param verified whether that certificate is signed by one of the client authorities
 */
export function admitsClient(type: ClientAuthType, given: boolean, verified: boolean): boolean {
  switch (type) {
    case 'NoClientCert':
    case 'RequestClientCert':
      return true;
    case 'RequireAnyClientCert':
      return given;
    case 'VerifyClientCertIfGiven':
      return !given || verified;
    case 'RequireAndVerifyClientCert':
      return given && verified;
  }
}
