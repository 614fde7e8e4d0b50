import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createQueryClient } from '../../../src/history/prometheus/query-client.ts';
import { type Authority, createAuthority } from '../../web/certificates.ts';

const EMPTY = '{"status":"success","data":{"resultType":"vector","result":[]}}';

describe('createQueryClient() with a CA file', () => {
  let authority: Authority;
  let stranger: Authority;

  beforeAll(async () => {
    authority = await createAuthority();
    stranger = await createAuthority('Somebody else');
  });

  async function startTls(): Promise<URL> {
    const { certificate, key } = await authority.issue('localhost');
    const server = createServer({ cert: certificate, key }, (_, response) => void response.end(EMPTY));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new TypeError('No port was given');
    return new URL(`https://localhost:${address.port}`);
  }

  function clientOf(url: URL, caFile: string | undefined, nodeExtraCaCerts?: string) {
    const env = { NODE_EXTRA_CA_CERTS: nodeExtraCaCerts };
    const client = createQueryClient({ url, caFile, env, readAuthorization: async () => undefined });
    onTestFinished(() => client.close());
    return client;
  }

  async function writeCa(certificate: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'headroom-ca-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, 'ca.pem');
    await writeFile(file, certificate);
    return file;
  }

  test('rejects a certificate that the system does not trust', async () => {
    const url = await startTls();
    await expect(clientOf(url, undefined).instant('up')).rejects.toThrow(`${url.origin} is not trusted: `);
  });

  test('trusts the authorities in the file, and reloads the file', async () => {
    const url = await startTls();
    const caFile = await writeCa(stranger.certificate);
    const client = clientOf(url, caFile);
    await expect(client.instant('up')).rejects.toThrow(`${url.origin} is not trusted: `);

    await writeFile(caFile, authority.certificate);
    await expect(client.instant('up')).resolves.toEqual({ series: [], warnings: [] });

    await writeFile(caFile, stranger.certificate);
    await expect(client.instant('up')).rejects.toThrow(`${url.origin} is not trusted: `);
  });

  // Later ones tell by themselves what they read at their start.
  test.skipIf('getCACertificates' in tls)(
    'trusts who is in NODE_EXTRA_CA_CERTS beside who is in the file',
    async () => {
      const url = await startTls();
      const [caFile, extraFile] = [await writeCa(stranger.certificate), await writeCa(authority.certificate)];
      await expect(clientOf(url, caFile, extraFile).instant('up')).resolves.toMatchObject({ series: [] });
      const missing = clientOf(url, caFile, '/nowhere.pem').instant('up');
      await expect(missing).rejects.toThrow('NODE_EXTRA_CA_CERTS cannot be used: ENOENT');
    },
  );
});
