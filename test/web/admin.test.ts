import { writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { describe, expect, test } from 'vitest';
import { createLogRecorder } from '../domain/log-recorder.ts';
import { createAuthority, makeFolder, type Pair } from './certificates.ts';
import { startWeb } from './start-web.ts';

/** What a proxy of this machine adds for a caller elsewhere. */
const ELSEWHERE = { 'x-forwarded-for': '203.0.113.9' };
const BASIC = { authorization: `Basic ${Buffer.from('ann:open sesame').toString('base64')}` };

function writeUsers(): string {
  const path = join(makeFolder(), 'web-config.yml');
  writeFileSync(path, `basic_auth_users:\n  ann: ${hashSync('open sesame', 4)}\n`);
  return path;
}

async function writeTls(clientAuthType: string) {
  const authority = await createAuthority();
  const folder = makeFolder();
  const server = await authority.issue('server');
  writeFileSync(join(folder, 'tls.crt'), server.certificate);
  writeFileSync(join(folder, 'tls.key'), server.key);
  writeFileSync(join(folder, 'ca.crt'), authority.certificate);
  const path = join(folder, 'web-config.yml');
  const settings = { cert_file: 'tls.crt', key_file: 'tls.key', client_ca_file: 'ca.crt' };
  writeFileSync(
    path,
    JSON.stringify({ tls_server_config: { ...settings, client_auth_type: clientAuthType } }),
  );
  return { path, authority };
}

function reloadByTls(url: URL, ca: string, client: Pair | undefined): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const identity = client && { cert: client.certificate, key: client.key };
    const options = { ca, agent: false, method: 'POST', headers: ELSEWHERE, ...identity };
    request(new URL('-/reload', url), options, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('a caller elsewhere', () => {
  test('may change something with a password', async () => {
    const { url } = await startWeb({ webConfigFile: writeUsers() });
    const reload = (headers: Record<string, string>) =>
      fetch(new URL('-/reload', url), { method: 'POST', headers: { ...ELSEWHERE, ...headers } });
    expect((await reload(BASIC)).status).toBe(200);
    expect((await reload({})).status).toBe(401);
    const page = await fetch(new URL('alerts', url), { headers: { ...ELSEWHERE, ...BASIC } });
    expect(await page.text()).toContain('action="./alerts/silence"');
  });

  test('with a password may come under no foreign name', async () => {
    const { url } = await startWeb({ webConfigFile: writeUsers() });
    const headers = { ...BASIC, 'x-forwarded-host': 'evil.example' };
    const answer = await fetch(new URL('-/reload', url), { method: 'POST', headers });
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('web.allowed_hosts')]);
  });

  // policy, statuses without a certificate, with one of another authority, with one of ours; undefined is no connection
  test.each([
    ['VerifyClientCertIfGiven', [403, undefined, 200]],
    ['RequestClientCert', [403, 403, 200]],
    ['RequireAnyClientCert', [undefined, 403, 200]],
    ['RequireAndVerifyClientCert', [undefined, undefined, 200]],
  ])('may change something with a certificate: %s', async (type, statuses) => {
    const { path, authority } = await writeTls(type);
    const { url } = await startWeb({ webConfigFile: path });
    const foreign = await (await createAuthority('Foreign')).issue('eve');
    const clients = [undefined, foreign, await authority.issue('ann')];
    const answers = clients.map((client) =>
      reloadByTls(url, authority.certificate, client).catch(() => undefined),
    );
    expect(await Promise.all(answers)).toEqual(statuses);
  });

  test('sees pages without buttons, and why', async () => {
    const { url } = await startWeb();
    for (const path of ['', 'alerts', 'credentials/team']) {
      const target = new URL(path, url);
      const [own, elsewhere] = await Promise.all(
        [{}, ELSEWHERE].map(async (headers) => (await fetch(target, { headers })).text()),
      );
      expect(own).not.toContain('data-read-only');
      expect(elsewhere).toContain('data-read-only');
      expect(elsewhere).toContain('This page is read-only.');
      expect(elsewhere).toContain('web.enable_admin: true');
      if (path !== '') expect(elsewhere).not.toContain('method="post"');
    }
  });

  test('may plan, which changes nothing', async () => {
    const { url } = await startWeb();
    const body = new URLSearchParams({ text: 'FROM nginx' });
    const answer = await fetch(new URL('plan', url), { method: 'POST', headers: ELSEWHERE, body });
    expect(answer.status).toBe(503);
  });
});

describe('the log at the start', () => {
  const OPEN = { host: undefined, port: 0 };
  const LOOPBACK = { host: '127.0.0.1', port: 0 };

  // where it listens, web.enable_admin, users, the log line
  test.each([
    ['loopback', [LOOPBACK], false, false, []],
    ['every interface', [OPEN], false, false, [['info', 'only this one may silence']]],
    ['every interface with web.enable_admin', [OPEN], true, false, [['warn', 'web.enable_admin is set']]],
    ['every interface with users', [OPEN], true, true, []],
    ['loopback and all of IPv4', [LOOPBACK, { host: '0.0.0.0', port: 0 }], false, false, [['info', 'only']]],
  ] as const)(
    'states who may change something: %s',
    async (_, listenAddresses, enableAdmin, hasUsers, said) => {
      const { log, lines } = createLogRecorder();
      const webConfigFile = hasUsers ? writeUsers() : undefined;
      await startWeb({ log, listenAddresses, enableAdmin, webConfigFile });
      expect(lines.map(({ level, message }) => [level, message])).toEqual(
        said.map(([level, words]) => [level, expect.stringContaining(words)]),
      );
    },
  );
});
