import { createSecureContext, getCiphers } from 'node:tls';
import { describe, expect, test } from 'vitest';
import {
  admitsClient,
  CIPHER_SUITE_NAMES,
  CLIENT_AUTH_TYPES,
  CURVE_NAMES,
  hasAllowedName,
  toSecureContextOptions,
} from '../../../src/web/http/tls-options.ts';

// names as Node writes them, allowed names, whether one matches
test.each([
  ['DNS:a.example, DNS:b.example', ['b.example'], true],
  ['DNS:a.example', ['A.example'], false],
  ['DNS:*.example', ['a.example'], false],
  ['DNS:*.example', ['*.example'], true],
  ['DNS:a.example.evil', ['a.example'], false],
  ['email:ops@example.com', ['ops@example.com'], true],
  ['URI:spiffe://example/prometheus', ['spiffe://example/prometheus'], true],
  ['IP Address:127.0.0.1', ['127.0.0.1'], true],
  ['IP Address:0:0:0:0:0:0:0:1', ['::1'], true],
  ['IP Address:2001:DB8:0:0:0:0:0:1', ['2001:db8::1'], true],
  // names that hold what looks like another name
  ['URI:"http://evil/, DNS:a.example"', ['a.example'], false],
  ['URI:"http://evil/\\", DNS:a.example, x"', ['a.example'], false],
  ['DNS:"evil, DNS:a.example", DNS:b.example', ['b.example'], true],
  ['DirName:"CN = x, DNS:a.example"', ['a.example'], false],
  ['Registered ID:1.2.3', ['1.2.3'], false],
  // a list that cannot be read whole
  ['DNS:a.example, othername:<unsupported', ['a.example'], true],
  ['DNS:a.example, "', ['a.example'], false],
  ['', ['a.example'], false],
  [undefined, ['a.example'], false],
])('hasAllowedName(%j, %j) is %s', (names, allowed, expected) => {
  expect(hasAllowedName(names, allowed)).toBe(expected);
});

describe('admitsClient()', () => {
  // policy: without a certificate, with one that cannot be verified, with a verified one
  test.each([
    ['NoClientCert', [true, true, true]],
    ['RequestClientCert', [true, true, true]],
    ['RequireAnyClientCert', [false, true, true]],
    ['VerifyClientCertIfGiven', [true, false, true]],
    ['RequireAndVerifyClientCert', [false, false, true]],
  ] as const)('%s', (type, [without, unverified, verified]) => {
    const policy = { clientAuthType: type, clientAllowedSans: undefined };
    const certificate = { subjectAltName: undefined };
    expect(admitsClient(policy, { certificate: undefined, verified: false })).toBe(without);
    expect(admitsClient(policy, { certificate, verified: false })).toBe(unverified);
    expect(admitsClient(policy, { certificate, verified: true })).toBe(verified);
  });

  // names of the certificate; undefined is no certificate, null one without names
  test.each([
    ['DNS:prometheus.example', true],
    ['DNS:other.example', false],
    [null, false],
    [undefined, false],
  ])('admits by client_allowed_sans: %s is %s', (names, expected) => {
    const policy = {
      clientAuthType: 'RequireAndVerifyClientCert',
      clientAllowedSans: ['prometheus.example'],
    } as const;
    const certificate = names === undefined ? undefined : { subjectAltName: names ?? undefined };
    expect(admitsClient(policy, { certificate, verified: true })).toBe(expected);
    expect(admitsClient(policy, { certificate, verified: false })).toBe(false);
  });

  test('recognizes every policy', () => {
    expect(CLIENT_AUTH_TYPES).toHaveLength(5);
  });
});

describe('toSecureContextOptions()', () => {
  const material = {
    cert: Buffer.from('cert'),
    key: Buffer.from('key'),
    clientCa: undefined,
    clientAuthType: 'NoClientCert',
    clientAllowedSans: undefined,
    curves: undefined,
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

  test('names only curves that OpenSSL has', () => {
    const { ecdhCurve } = toSecureContextOptions({ ...material, curves: CURVE_NAMES });
    expect(ecdhCurve).toBe('P-256:P-384:P-521:X25519');
    expect(() => createSecureContext({ ecdhCurve })).not.toThrow();
  });
});
