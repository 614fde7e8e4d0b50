import { X509Certificate } from 'node:crypto';
import { stat } from 'node:fs/promises';
import tls from 'node:tls';
import { FILE_LIMITS, readBoundedFile } from '../bounded-file.ts';

/** The certificate authorities that connections trust. */
export interface Trust {
  /** Changes with the authorities: connections of different versions are not shared. */
  readonly version: string;
  /** Undefined: the authorities of Node.js. */
  readonly secureContext: tls.SecureContext | undefined;
}

/**
 * Returns the current authorities.
 * @throws Error with the reason when the file has never been readable
 */
export type ReadTrust = () => Promise<Trust>;

/** Callbacks for changes of the file. */
export interface TrustEvents {
  /** Called after the file was read, for the first time or after a change. */
  readonly onRead?: (certificates: number) => void;
  /** Called when the file can no longer be read. The authorities read before stay in use. */
  readonly onUnreadable?: (reason: string) => void;
}

/** The authorities of Node.js only. */
export const NODES_TRUST: Trust = { version: '', secureContext: undefined };
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Creates a reader of a PEM file of authorities that are trusted in addition to those of Node.js. The file is read again
 * when its time, size or inode has changed.
 * @param caFile undefined: the authorities of Node.js only
 * @param nodeExtraCaCerts value of NODE_EXTRA_CA_CERTS, which Node 20 ignores when other authorities are given
 */
export function createTrustReader(
  caFile: string | undefined,
  nodeExtraCaCerts: string | undefined,
  events: TrustEvents = {},
): ReadTrust {
  let current: Trust | undefined;
  if (caFile === undefined) return async () => NODES_TRUST;

  return async () => {
    try {
      const { mtimeMs, size, ino } = await stat(caFile);
      const version = `${mtimeMs}/${size}/${ino}`;
      if (current?.version === version) return current;
      const own = certificatesIn(await readBoundedFile(caFile, FILE_LIMITS.certificates));
      const secureContext = tls.createSecureContext({
        ca: [...(await nodesRoots(nodeExtraCaCerts)), ...own],
      });
      current = { version, secureContext };
      events.onRead?.(own.length);
    } catch (error) {
      if (!current) throw error;
      events.onUnreadable?.(error instanceof Error ? error.message : String(error));
    }
    return current;
  };
}

/** @throws Error when there is none, or one that is damaged; TLS itself would ignore both */
function certificatesIn(pem: string): string[] {
  const certificates = pem.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) throw new SyntaxError('it holds no certificate in PEM form');
  return certificates.map((certificate) => new X509Certificate(certificate).toString());
}

async function nodesRoots(extraFile: string | undefined): Promise<readonly string[]> {
  // From Node 22.15 on; includes the system's store where Node is told to use it, and NODE_EXTRA_CA_CERTS.
  const { getCACertificates }: typeof tls & { getCACertificates?: (type: 'default') => string[] } = tls;
  if (getCACertificates) return getCACertificates('default');
  return [...tls.rootCertificates, ...(await readExtra(extraFile))];
}

async function readExtra(extraFile: string | undefined): Promise<readonly string[]> {
  if (extraFile === undefined) return [];
  try {
    return certificatesIn(await readBoundedFile(extraFile, FILE_LIMITS.certificates));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`NODE_EXTRA_CA_CERTS cannot be used: ${reason}`);
  }
}
