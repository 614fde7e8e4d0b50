import { writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { formatListenAddress, toListenError } from '../../../src/web/http/listener.ts';
import { type Authority, createAuthority, makeFolder, type Pair } from '../certificates.ts';
import { startWeb } from '../start-web.ts';
import { NOW } from '../states.ts';

describe('formatListenAddress()', () => {
  test.each([
    [undefined, ':10429'],
    ['0.0.0.0', '0.0.0.0:10429'],
    ['::1', '[::1]:10429'],
    ['localhost', 'localhost:10429'],
  ])('writes %s as %s', (host, text) => {
    expect(formatListenAddress({ host, port: 10_429 })).toBe(text);
  });
});

describe('toListenError()', () => {
  test.each([
    ['EADDRINUSE', 'Cannot listen on 0.0.0.0:80: the port is in use'],
    [
      'EACCES',
      'Cannot listen on 0.0.0.0:80: this user may not open the port; ports from 1024 are open to all',
    ],
    ['ENEW', 'Cannot listen on 0.0.0.0:80: listen ENEW'],
  ])('explains %s', (code, message) => {
    const error = Object.assign(new Error(`listen ${code}`), { code });
    expect(toListenError({ host: '0.0.0.0', port: 80 }, error).message).toBe(message);
  });
});

/** What a client sees: the status, the name in the server's certificate, the TLS version. */
interface Seen {
  readonly status: number | undefined;
  readonly server: string | undefined;
  readonly protocol: string | null;
}

function ask(url: URL, authority: Authority, client?: Pair, options: object = {}): Promise<Seen> {
  const target = new URL('-/healthy', url);
  const identity = client && { cert: client.certificate, key: client.key };
  return new Promise((resolve, reject) => {
    const onResponse = (response: IncomingMessage) => {
      const socket = response.socket as TLSSocket;
      response.resume();
      resolve({
        status: response.statusCode,
        server: socket.getPeerCertificate().subject.CN as string,
        protocol: socket.getProtocol(),
      });
    };
    request(target, { ca: authority.certificate, agent: false, ...identity, ...options }, onResponse)
      .on('error', reject)
      .end();
  });
}

async function writeTls(authority: Authority, more: string[] = [], client?: Authority) {
  const folder = makeFolder();
  const path = join(folder, 'web-config.yml');
  const install = (pair: Pair) => {
    writeFileSync(join(folder, 'tls.crt'), pair.certificate);
    writeFileSync(join(folder, 'tls.key'), pair.key);
  };
  install(await authority.issue('first'));
  if (client) writeFileSync(join(folder, 'ca.crt'), client.certificate);
  const lines = ['cert_file: tls.crt', 'key_file: tls.key', ...more];
  writeFileSync(path, `tls_server_config:\n${lines.map((line) => `  ${line}\n`).join('')}`);
  return { path, install };
}

describe('TLS', () => {
  test('serves by the certificate of the web configuration', async () => {
    const authority = await createAuthority();
    const { url } = await startWeb({ webConfigFile: (await writeTls(authority)).path });
    expect(url.protocol).toBe('https:');
    expect(await ask(url, authority)).toEqual({ status: 200, server: 'first', protocol: 'TLSv1.3' });
  });

  test('shows a rotated certificate to the next connection', async () => {
    const authority = await createAuthority();
    const { path, install } = await writeTls(authority);
    let monotonicMs = 0;
    const clock = { now: () => NOW, monotonicMs: () => monotonicMs };
    const { url } = await startWeb({ webConfigFile: path, clock });
    await ask(url, authority);
    install(await authority.issue('second'));
    monotonicMs += 5_000;
    expect((await ask(url, authority)).server).toBe('second');
  });

  test('keeps to the versions it is given', async () => {
    const authority = await createAuthority();
    const { path } = await writeTls(authority, ['max_version: TLS12']);
    const { url } = await startWeb({ webConfigFile: path });
    expect((await ask(url, authority)).protocol).toBe('TLSv1.2');
    await expect(ask(url, authority, undefined, { minVersion: 'TLSv1.3' })).rejects.toThrow();
  });
});

describe('client certificates', () => {
  // policy: without a certificate, with a foreign one, with one of the configured authority
  test.each([
    ['RequireAndVerifyClientCert', [false, false, true]],
    ['VerifyClientCertIfGiven', [true, false, true]],
    ['RequestClientCert', [true, true, true]],
  ])('%s', async (policy, expected) => {
    const authority = await createAuthority();
    const [own, foreign] = [await createAuthority('Own'), await createAuthority('Foreign')];
    const more = [`client_auth_type: ${policy}`, 'client_ca_file: ca.crt'];
    const { path } = await writeTls(authority, more, own);
    const { url } = await startWeb({ webConfigFile: path });
    const clients = [undefined, await foreign.issue('mallory'), await own.issue('prometheus')];
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3']) {
      const answers = clients.map((client) => ask(url, authority, client, { maxVersion }));
      const results = await Promise.allSettled(answers);
      expect([maxVersion, ...results.map(({ status }) => status === 'fulfilled')]).toEqual([
        maxVersion,
        ...expected,
      ]);
    }
  });
});
