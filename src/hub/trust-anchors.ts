import { X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import tls from 'node:tls';
import type { Log } from '../domain/log.ts';
import { type Failed, failed } from '../domain/reading.ts';

/** Whom connections trust. */
export interface TrustAnchors {
  /** Changes when they do: connections of different versions must not be shared. */
  readonly version: string;
  /** Undefined: Node's own. */
  readonly context: tls.SecureContext | undefined;
}

/** Gives the trust anchors as they stand now; a failure when the file has never been readable. */
export type ReadTrustAnchors = () => Promise<TrustAnchors | Failed>;

const NODES_OWN: TrustAnchors = { version: '', context: undefined };
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Keeps the certificate authorities of `hub.ca_file` beside those that Node trusts anyway. The file is read again when
 * its place in the file system shows a change; one that has become unreadable leaves the earlier ones in force.
 * @param nodeExtraCaCerts value of NODE_EXTRA_CA_CERTS, which Node 20 leaves out as soon as others are named
 */
export function createTrustAnchors(
  caFile: string | undefined,
  nodeExtraCaCerts: string | undefined,
  log: Log,
): ReadTrustAnchors {
  let current: TrustAnchors | undefined;
  if (caFile === undefined) return async () => NODES_OWN;

  return async () => {
    try {
      const { mtimeMs, size, ino } = await stat(caFile);
      const version = `${mtimeMs}/${size}/${ino}`;
      if (current?.version === version) return current;
      const own = certificatesIn(await readFile(caFile, 'utf8'));
      const context = tls.createSecureContext({ ca: [...(await nodesRoots(nodeExtraCaCerts)), ...own] });
      current = { version, context };
      log.info('Read the certificate authorities of the hub', { file: caFile, certificates: own.length });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (!current) return failed('tls', `Cannot read hub.ca_file: ${reason}`);
      log.warn('Cannot read the certificate authorities of the hub again, the earlier ones hold', {
        file: caFile,
        reason,
      });
    }
    return current;
  };
}

/** @throws Error when there is none, or one that is damaged; TLS itself would pass over both without a word */
function certificatesIn(pem: string): string[] {
  const certificates = pem.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) throw new SyntaxError('it holds no certificate in PEM form');
  return certificates.map((certificate) => new X509Certificate(certificate).toString());
}

async function nodesRoots(extraFile: string | undefined): Promise<readonly string[]> {
  // From Node 22.15 on; includes the system's store where Node is told to use it, and NODE_EXTRA_CA_CERTS.
  const { getCACertificates }: typeof tls & { getCACertificates?: (type: 'default') => string[] } = tls;
  if (getCACertificates) return getCACertificates('default');
  const extra = extraFile === undefined ? [] : certificatesIn(await readFile(extraFile, 'utf8'));
  return [...tls.rootCertificates, ...extra];
}
