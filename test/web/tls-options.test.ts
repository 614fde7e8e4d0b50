import { getCiphers } from 'node:tls';
import { describe, expect, test } from 'vitest';
import {
  admitsClient,
  CIPHER_SUITE_NAMES,
  CLIENT_AUTH_TYPES,
  toSecureContextOptions,
} from '../../src/web/tls-options.ts';

describe('admitsClient()', () => {
  // policy: without a certificate, with one that cannot be verified, with a verified one
  test.each([
    ['NoClientCert', [true, true, true]],
    ['RequestClientCert', [true, true, true]],
    ['RequireAnyClientCert', [false, true, true]],
    ['VerifyClientCertIfGiven', [true, false, true]],
    ['RequireAndVerifyClientCert', [false, false, true]],
  ] as const)('%s', (type, [without, unverified, verified]) => {
    expect(admitsClient(type, false, false)).toBe(without);
    expect(admitsClient(type, true, false)).toBe(unverified);
    expect(admitsClient(type, true, true)).toBe(verified);
  });

  test('knows every policy', () => {
    expect(CLIENT_AUTH_TYPES).toHaveLength(5);
  });
});

describe('toSecureContextOptions()', () => {
  const material = {
    cert: Buffer.from('cert'),
    key: Buffer.from('key'),
    clientCa: undefined,
    clientAuthType: 'NoClientCert',
    minVersion: 'TLS12',
    maxVersion: 'TLS13',
    cipherSuites: undefined,
    prefersServerCiphers: true,
  } as const;

  test('writes versions as Node does, and leaves out what is not set', () => {
    expect(toSecureContextOptions(material)).toEqual({
      cert: material.cert,
      key: material.key,
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
      honorCipherOrder: true,
    });
  });

  test('names only cipher suites that OpenSSL has', () => {
    const { ciphers = '' } = toSecureContextOptions({ ...material, cipherSuites: CIPHER_SUITE_NAMES });
    const unknown = ciphers.split(':').filter((name) => !getCiphers().includes(name.toLowerCase()));
    expect(unknown).toEqual([]);
  });
});
