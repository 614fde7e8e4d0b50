import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';

/** Certificates and key of a TLS server, as PEM text. */
export interface ServerCertificate {
  /** Certificate of the authority, which clients must trust: for `ca_file`, `--ca-certificate` and the like. */
  readonly authority: string;
  /** The server's certificate. */
  readonly certificate: string;
  /** The server's private key, PKCS #8. */
  readonly key: string;
}

/** Names and addresses of the loopback interface. Every server certificate contains them. */
export const LOOPBACK_NAMES: readonly string[] = ['localhost', '127.0.0.1', '::1'];

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
/** Validity of the certificates, in days (30). */
const VALID_DAYS = 30;
/** Time before now at which the validity begins, in milliseconds (1 hour), for clients whose clock is behind. */
const BACKDATE_MS = 3_600_000;
const DAY_MS = 86_400_000;

type X509 = typeof import('@peculiar/x509');
type Certificate = import('@peculiar/x509').X509Certificate;

/** A certificate and its key pair. */
interface Identity {
  readonly certificate: Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
}

interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/**
 * Creates a new certificate authority and one server certificate signed by it, valid for 30 days. The private key of
 * the authority is discarded, so that no other certificate can be signed by an authority that clients trust.
 * @param now milliseconds since the epoch
 * @param names host names and IP addresses to certify beside the loopback names, such as `registry-1.docker.io`
 */
export async function issueServerCertificate(
  now: number,
  names: readonly string[] = [],
): Promise<ServerCertificate> {
  const x509 = await loadX509();
  const validity = {
    notBefore: new Date(now - BACKDATE_MS),
    notAfter: new Date(now + VALID_DAYS * DAY_MS),
  };
  const authority = await makeAuthority(x509, validity);
  const server = await makeServer(x509, authority, validity, [...new Set([...LOOPBACK_NAMES, ...names])]);
  const key = await webcrypto.subtle.exportKey('pkcs8', server.keys.privateKey);
  return {
    authority: authority.certificate.toString('pem'),
    certificate: server.certificate.toString('pem'),
    key: x509.PemConverter.encode(key, 'PRIVATE KEY'),
  };
}

/**
 * Loads the library on first use: loading takes about 100 ms, and plain HTTP does not need it. The library requires
 * `Reflect.metadata`.
 */
async function loadX509(): Promise<X509> {
  await import('reflect-metadata/lite');
  return import('@peculiar/x509');
}

async function makeAuthority(x509: X509, validity: Validity): Promise<Identity> {
  const keys = await makeKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      ...validity,
      name: 'CN=Headroom simulator authority',
      keys,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    },
    webcrypto,
  );
  return { certificate, keys };
}

async function makeServer(
  x509: X509,
  authority: Identity,
  validity: Validity,
  names: readonly string[],
): Promise<Identity> {
  const keys = await makeKeys();
  const alternatives = names.map((name) => ({ type: isIP(name) ? 'ip' : 'dns', value: name }) as const);
  const certificate = await x509.X509CertificateGenerator.create(
    {
      ...validity,
      subject: 'CN=Headroom simulator',
      issuer: authority.certificate.subject,
      publicKey: keys.publicKey,
      signingKey: authority.keys.privateKey,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension(alternatives),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
        await x509.AuthorityKeyIdentifierExtension.create(authority.keys.publicKey),
      ],
    },
    webcrypto,
  );
  return { certificate, keys };
}

function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}
