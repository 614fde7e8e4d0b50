import 'reflect-metadata/lite';
import { webcrypto } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import { onTestFinished } from 'vitest';

/** A certificate and its key, as PEM text. */
export interface Pair {
  readonly certificate: string;
  readonly key: string;
}

/** An authority that signs certificates for servers and clients. */
export interface Authority {
  readonly certificate: string;
  /** A certificate for this common name, good for localhost, 127.0.0.1 and for clients. */
  issue(commonName: string): Promise<Pair>;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const HOUR_MS = 3_600_000;

/** A new certificate authority. */
export async function createAuthority(name = 'Test authority'): Promise<Authority> {
  const keys = await makeKeys();
  const validity = { notBefore: new Date(Date.now() - HOUR_MS), notAfter: new Date(Date.now() + HOUR_MS) };
  const authority = await x509.X509CertificateGenerator.createSelfSigned(
    {
      ...validity,
      name: `CN=${name}`,
      keys,
      signingAlgorithm: ALGORITHM,
      extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
    },
    webcrypto,
  );
  return {
    certificate: authority.toString('pem'),
    async issue(commonName) {
      const own = await makeKeys();
      const certificate = await x509.X509CertificateGenerator.create(
        {
          ...validity,
          subject: `CN=${commonName}`,
          issuer: authority.subject,
          publicKey: own.publicKey,
          signingKey: keys.privateKey,
          signingAlgorithm: ALGORITHM,
          extensions: [
            new x509.SubjectAlternativeNameExtension([
              { type: 'dns', value: 'localhost' },
              { type: 'ip', value: '127.0.0.1' },
            ]),
          ],
        },
        webcrypto,
      );
      const key = await webcrypto.subtle.exportKey('pkcs8', own.privateKey);
      return { certificate: certificate.toString('pem'), key: x509.PemConverter.encode(key, 'PRIVATE KEY') };
    },
  };
}

/** A folder of its own, gone when the test has finished. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-web-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}
