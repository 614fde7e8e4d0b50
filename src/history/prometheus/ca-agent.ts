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
 */
export function createCaAgent(caFile: string | undefined): CaAgent {
  let pem = '';
  let agent = new Agent({ connections: CONNECTIONS });
  return {
    async current() {
      if (caFile === undefined) return agent;
      const text = await readPem(caFile);
      if (text !== pem) {
        const outdated = agent;
        agent = new Agent({ connections: CONNECTIONS, connect: { ca: [...tls.rootCertificates, text] } });
        pem = text;
        void outdated.close();
      }
      return agent;
    },
    close: () => agent.destroy(),
  };
}

async function readPem(path: string): Promise<string> {
  try {
    const certificates = (await readFile(path, 'utf8')).match(CERTIFICATE) ?? [];
    if (certificates.length === 0) throw new SyntaxError('it holds no certificate in PEM form');
    return certificates.map((certificate) => new X509Certificate(certificate).toString()).join('');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new QueryError(`history.prometheus.ca_file cannot be used: ${reason}`);
  }
}
