import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problemsOf, run, start } from '../run-program.ts';
import { useSimulator } from './controlled.ts';

const controlled = useSimulator();

describe('a control command', () => {
  const other = createServer((_request, response) => response.writeHead(404).end('<html>'));

  beforeAll(() => new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve)));
  afterAll(() => new Promise((resolve) => other.close(resolve)));

  test('fails where nothing listens, and states what to do', async () => {
    // A port below 1024 that no service has, so that no other test can have it.
    const url = 'http://127.0.0.1:1';

    expect(await run(['simulate', 'status', `--url=${url}`])).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `No simulator answers at ${url}: 127.0.0.1:1 cannot be reached: ECONNREFUSED. Start one with "headroom simulate", or set its URL with --url\n`,
    });
  });

  test('fails where something else answers', async () => {
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;

    expect(await run(['simulate', 'status', `--url=${url}`])).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `The server at ${url} is not a simulator: it sent status 404\n`,
    });
  });

  test('fails when it cannot read the authority', async () => {
    const { exitCode, stderr } = await controlled.control('status', '--tls-ca-file=/nowhere/ca.pem');

    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^Cannot read the certificate authority: ENOENT/);
  });

  test('refuses a URL with more than a place', async () => {
    const [problem] = await problemsOf(['simulate', 'status', '--url=http://ci:hunter2@127.0.0.1:5429']);

    expect(problem).toMatch(/^--url: A user is not allowed in this URL: <secret>\. Allowed: /);
  });

  test('reaches a simulator behind TLS by the authority that it has written', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'headroom-control-'));
    const caFile = join(folder, 'ca.pem');
    const hub = start(['simulate', '--listen=127.0.0.1:0', '--tls', `--tls-ca-file=${caFile}`]);
    const guide = await hub.printed(/headroom simulate status .*\n/);
    const [, url = ''] = /is at (\S+)/.exec(guide) ?? [];
    const trusting = await run(['simulate', 'profile', `--url=${url}`, `--tls-ca-file=${caFile}`]);
    const doubting = await run(['simulate', 'profile', `--url=${url}`]);
    await hub.stop();

    expect(await readFile(caFile, 'utf8')).toMatch(/^-----BEGIN CERTIFICATE-----/);
    await rm(folder, { recursive: true });
    expect(trusting).toMatchObject({ exitCode: 0, stdout: 'all clients  2026\n' });
    expect(doubting.exitCode).toBe(1);
    expect(doubting.stderr).toContain('is not trusted: UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });
});
