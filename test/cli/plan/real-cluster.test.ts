import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpClient } from '../../../src/kit/http/http-client.ts';
import { NO_PROXIES } from '../../../src/kit/http/proxy-rules.ts';
import { findProgram } from '../../find-program.ts';
import { describeWithRareProgram } from '../../requires-program.ts';
import { run } from '../run-program.ts';

const PODS = 620;
const NODES = 4;

/** A port that nothing listens on. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

// kube-apiserver is not a package of Debian, and compiling it takes too long for a build server.
describeWithRareProgram(
  ['kube-apiserver', 'etcd', 'openssl'],
  'headroom plan --cluster at a real API server',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'headroom-apiserver-'));
    const children: ChildProcess[] = [];
    const client = createHttpClient({ proxyFor: NO_PROXIES, rejectUnauthorized: false });
    let api = '';

    function startProgram(program: string, args: readonly string[]): void {
      children.push(spawn(findProgram(program) ?? program, args, { cwd: folder, stdio: 'ignore' }));
    }

    async function send(method: 'GET' | 'POST', path: string, object?: unknown): Promise<number> {
      const { status } = await client.send({
        method,
        url: new URL(path, api),
        headers: { authorization: 'Bearer admin-token', 'content-type': 'application/json' },
        body: object === undefined ? undefined : JSON.stringify(object),
        signal: AbortSignal.timeout(60_000),
        maxBodyBytes: 1_000_000,
      });
      return status;
    }

    function kubeconfigFor(token: string): string {
      const path = join(folder, `${token}.kubeconfig`);
      const text = {
        'current-context': 'x',
        contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
        clusters: [{ name: 'c', cluster: { server: api, 'insecure-skip-tls-verify': true } }],
        users: [{ name: 'u', user: { token } }],
      };
      writeFileSync(path, JSON.stringify(text));
      return path;
    }

    beforeAll(async () => {
      const [store, peer, port] = [await freePort(), await freePort(), await freePort()];
      api = `https://127.0.0.1:${port}`;
      execFileSync('openssl', ['genrsa', '-out', join(folder, 'sa.key'), '2048'], { stdio: 'ignore' });
      writeFileSync(join(folder, 'tokens.csv'), 'admin-token,admin,1,system:masters\nguest-token,guest,2\n');
      const [url, peerUrl] = [`http://127.0.0.1:${store}`, `http://127.0.0.1:${peer}`];
      startProgram('etcd', [
        '--data-dir=etcd',
        `--listen-client-urls=${url}`,
        `--advertise-client-urls=${url}`,
        `--listen-peer-urls=${peerUrl}`,
        `--initial-advertise-peer-urls=${peerUrl}`,
        `--initial-cluster=default=${peerUrl}`,
      ]);
      startProgram('kube-apiserver', [
        `--etcd-servers=${url}`,
        `--secure-port=${port}`,
        '--bind-address=127.0.0.1',
        '--cert-dir=certs',
        '--service-account-issuer=https://localhost',
        '--service-account-key-file=sa.key',
        '--service-account-signing-key-file=sa.key',
        '--token-auth-file=tokens.csv',
        '--authorization-mode=RBAC',
        '--service-cluster-ip-range=198.18.0.0/24',
        '--disable-admission-plugins=ServiceAccount',
      ]);
      for (let i = 0; i < 240; i++) {
        if ((await send('GET', '/readyz').catch(() => 0)) === 200) break;
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
      const pods = Array.from({ length: PODS }, (_, i) => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: `web-${i}`, namespace: 'default' },
        spec: {
          nodeName: `n${i % NODES}`,
          containers: [{ name: 'c', image: i === 0 ? 'redis' : 'nginx:1' }],
        },
      }));
      for (let i = 0; i < pods.length; i += 20) {
        const statuses = await Promise.all(
          pods.slice(i, i + 20).map((pod) => send('POST', '/api/v1/namespaces/default/pods', pod)),
        );
        expect(new Set(statuses)).toEqual(new Set([201]));
      }
    }, 240_000);

    afterAll(async () => {
      await client.close();
      for (const child of children.toReversed()) {
        const ended = new Promise((resolve) => child.once('exit', resolve));
        if (child.exitCode === null && child.kill('SIGKILL')) await ended;
      }
      rmSync(folder, { recursive: true, force: true });
    });

    test('counts the pods of several pages', async () => {
      const { exitCode, stdout, stderr } = await run([
        'plan',
        '--cluster',
        `--kubeconfig=${kubeconfigFor('admin-token')}`,
        '--offline',
        '--model=docs',
        '--output=json',
        '--timeout=60s',
      ]);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      const report = JSON.parse(stdout);
      expect(report.images).toHaveLength(PODS);
      // Four nodes pull nginx:1, one of them redis too.
      expect(report.pulls).toEqual({ low: NODES + 1, high: NODES + 1 });
      expect(new Set(report.images.map(({ policy }: { policy: string }) => policy))).toEqual(
        new Set(['always', 'if-not-present']),
      );
    }, 120_000);

    test('names the missing right', async () => {
      const { exitCode, stderr } = await run([
        'plan',
        '--cluster',
        `--kubeconfig=${kubeconfigFor('guest-token')}`,
        '--offline',
      ]);
      expect(stderr).toBe(
        'The pods of the cluster cannot be read: the right is missing (status 403: pods is forbidden: User "guest" cannot list resource "pods" in API group "" at the cluster scope). Grant list for pods in all namespaces\n',
      );
      expect(exitCode).toBe(3);
    }, 60_000);

    test('names a rejected login', async () => {
      const { exitCode, stderr } = await run([
        'plan',
        '--cluster',
        `--kubeconfig=${kubeconfigFor('wrong-token')}`,
        '--offline',
      ]);
      expect(stderr).toBe(
        'The pods of the cluster cannot be read: the API server rejects the login (status 401: Unauthorized). Check the token or the certificate\n',
      );
      expect(exitCode).toBe(3);
    }, 60_000);
  },
);
