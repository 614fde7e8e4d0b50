import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import tls from 'node:tls';
import { Agent } from 'undici';
import { QueryError } from './query-error.ts';

/** Gives the connections to use now. */
export interface CaAgent {
  /** @throws QueryError when the certificates cannot be read */
  current(): Promise<Agent>;
  close(): Promise<void>;
}

/** A background question every few seconds, and a chart now and then: more connections than this help nobody. */
const CONNECTIONS = 4;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Connections that trust a file's certificates beside Node's own. The file is read at each use; another content means
 * other connections.
 * @param nodeExtraCaCerts value of NODE_EXTRA_CA_CERTS, which Node 20 leaves out as soon as others are named
 */
export function createCaAgent(caFile: string | undefined, nodeExtraCaCerts: string | undefined): CaAgent {
  let pem = '';
  let agent = new Agent({ connections: CONNECTIONS });
  return {
    async current() {
      if (caFile === undefined) return agent;
      const text = await readPem(caFile, 'history.prometheus.ca_file');
      if (text !== pem) {
        const outdated = agent;
        const ca = [...(await nodesRoots(nodeExtraCaCerts)), text];
        agent = new Agent({ connections: CONNECTIONS, connect: { ca } });
        pem = text;
        void outdated.close();
      }
      return agent;
    },
    close: () => agent.destroy(),
  };
}

async function readPem(path: string, key: string): Promise<string> {
  try {
    const certificates = (await readFile(path, 'utf8')).match(CERTIFICATE) ?? [];
    if (certificates.length === 0) throw new SyntaxError('it holds no certificate in PEM form');
    return certificates.map((certificate) => new X509Certificate(certificate).toString()).join('');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new QueryError(`${key} cannot be used: ${reason}`);
  }
}

async function nodesRoots(extraFile: string | undefined): Promise<readonly string[]> {
  // From Node 22.15 on; includes the system's store where Node is told to use it, and NODE_EXTRA_CA_CERTS.
  const { getCACertificates }: typeof tls & { getCACertificates?: (type: 'default') => string[] } = tls;
  if (getCACertificates) return getCACertificates('default');
  const extra = extraFile === undefined ? [] : [await readPem(extraFile, 'NODE_EXTRA_CA_CERTS')];
  return [...tls.rootCertificates, ...extra];
}
