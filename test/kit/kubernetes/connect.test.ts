import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connectCluster } from '../../../src/kit/kubernetes/connect.ts';
import { Secret } from '../../../src/kit/secret.ts';
import { issueServerCertificate } from '../../../src/simulator/certificate-authority.ts';

const NO_SIGNAL = new AbortController().signal;

/** An API server with TLS that returns the requested server name, and the fingerprint of the client certificate. */
async function startApiServer() {
  const tls = await issueServerCertificate(Date.now());
  const server = createServer(
    { cert: tls.certificate, key: tls.key, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      const { servername, getPeerCertificate } = request.socket as TLSSocket & { servername: unknown };
      const { fingerprint256 = null } = getPeerCertificate.call(request.socket) ?? {};
      response.end(JSON.stringify({ servername, fingerprint256 }));
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `https://127.0.0.1:${port}`, authority: tls.authority };
}

function writeKubeconfig(cluster: object, user: object): string {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-kubeconfig-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'config');
  writeFileSync(
    path,
    JSON.stringify({
      'current-context': 'c',
      clusters: [{ name: 'c', cluster }],
      users: [{ name: 'u', user }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    }),
  );
  return path;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('connectCluster()', () => {
  async function open(
    cluster: Record<string, unknown>,
    user: object = {},
    login: () => { certificate: string; key: string } = () => ({ certificate: '', key: '' }),
  ) {
    const connection = await connectCluster(
      { kubeconfigFile: writeKubeconfig(cluster, user), context: undefined },
      {
        readText: async (path) => (await import('node:fs/promises')).readFile(path, 'utf8'),
        env: {},
        runExecPlugin: async () => {
          const { certificate, key } = login();
          return { token: undefined, certificate, key: new Secret(key) };
        },
      },
    );
    onTestFinished(() => connection.close());
    return () => connection.api.get('/api', {}, 'application/json', NO_SIGNAL);
  }

  test('checks the certificate for tls-server-name, and requests it', async () => {
    const { url, authority } = await startApiServer();
    const cluster = { server: url, 'certificate-authority-data': base64(authority) };

    const get = await open({ ...cluster, 'tls-server-name': 'localhost' });
    expect(await get()).toMatchObject({ servername: 'localhost' });

    const getOther = await open({ ...cluster, 'tls-server-name': 'kubernetes.example.com' });
    await expect(getOther()).rejects.toThrow(/kubernetes\.example\.com|altnames/);
  });

  test('uses the newest certificate of an exec plugin', async () => {
    const { url, authority } = await startApiServer();
    const [first, second] = [
      await issueServerCertificate(Date.now()),
      await issueServerCertificate(Date.now()),
    ];
    let login = first;
    const get = await open(
      { server: url, 'certificate-authority-data': base64(authority) },
      { exec: { command: 'aws' } },
      () => login,
    );

    const before = (await get()) as { fingerprint256: string };
    login = second;
    const after = (await get()) as { fingerprint256: string };
    login = first;

    expect(before.fingerprint256).toMatch(/^[0-9A-F:]{95}$/);
    expect(after.fingerprint256).not.toBe(before.fingerprint256);
    expect(await get()).toMatchObject(before);
  });

  test('uses a client certificate that was renewed in its file', async () => {
    const { url, authority } = await startApiServer();
    const [first, second] = [
      await issueServerCertificate(Date.now()),
      await issueServerCertificate(Date.now()),
    ];
    const folder = mkdtempSync(join(tmpdir(), 'headroom-certificates-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const write = ({ certificate, key }: typeof first) => {
      writeFileSync(join(folder, 'tls.crt'), certificate);
      writeFileSync(join(folder, 'tls.key'), key);
    };
    write(first);
    const get = await open(
      { server: url, 'certificate-authority-data': base64(authority) },
      { 'client-certificate': join(folder, 'tls.crt'), 'client-key': join(folder, 'tls.key') },
    );

    const before = (await get()) as { fingerprint256: string };
    write(second);
    expect(((await get()) as { fingerprint256: string }).fingerprint256).not.toBe(before.fingerprint256);
  });
});
