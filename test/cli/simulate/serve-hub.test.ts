import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { describe, expect, test } from 'vitest';
import { PROFILE_NAMES } from '../../../src/simulator/profile.ts';
import { problemsOf, run } from '../run-program.ts';
import { useHubs } from './running-hubs.ts';

const hubs = useHubs();

async function overview(url: string): Promise<Record<string, unknown>> {
  const answer = await fetch(new URL('/_simulator/', url));
  return (await answer.json()) as Record<string, unknown>;
}

describe('headroom simulate', () => {
  test('serves Docker Hub as it is in 2026 until it is stopped, and exits with 0', async () => {
    const { hub, url } = await hubs.simulate();
    const challenge = await fetch(new URL('/v2/', url));
    const { exitCode, stderr } = await hub.stop();

    expect(challenge.status).toBe(401);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^time=\S+ level=info msg="Simulating Docker Hub" url=\S+ profile=2026\n$/);
    await expect(fetch(url)).rejects.toThrow();
  });

  test('states how clients are pointed at it', async () => {
    const { guide, url } = await hubs.simulate('--account=ci:hunter2', '--account=acme:hunter2:paid');

    expect(guide).toContain(`HEADROOM_HUB_URL=${url} headroom\n`);
    expect(guide).toContain(`ctr images pull --plain-http ${new URL(url).host}/library/alpine:latest\n`);
    expect(guide).toContain(`headroom simulate status --url ${url}\n`);
    expect(guide).toContain('ci (personal), acme (paid)');
    expect(guide).not.toContain('hunter2');
    expect(guide).not.toContain('Other machines');
  });

  test('prints a curl command for the remaining pulls', async () => {
    const { guide, url } = await hubs.simulate();
    const [, tokenUrl = ''] = /curl -s '(\S+)'/.exec(guide) ?? [];
    const [, manifestUrl = ''] = /\$TOKEN" (\S+)\n/.exec(guide) ?? [];
    const { token } = (await (await fetch(tokenUrl)).json()) as { token: string };
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(manifestUrl, { method: 'HEAD', headers });

    expect(new URL(tokenUrl).origin).toBe(url);
    expect(answer.headers.get('ratelimit-remaining')).toBe('100;w=3600');
  });

  test('uses profile, limits and accounts from its flags', async () => {
    const { url } = await hubs.simulate(
      '--profile=2022-2025',
      '--limit=10',
      '--personal-limit=20',
      '--window=90s',
      '--window-kind=fixed',
      '--counting=two-gets',
      '--account=ci:secret:organization',
    );

    expect(await overview(url)).toMatchObject({
      profile: '2022-2025',
      limits: { anonymous: 10, personal: 20, windowSeconds: 90, window: 'fixed', counting: 'two-gets' },
      accounts: [{ name: 'ci', plan: 'organization' }],
    });
  });

  test('leaves limits that no flag names to the profile', async () => {
    const { url } = await hubs.simulate('--limit=10');

    expect(await overview(url)).toMatchObject({
      limits: { anonymous: 10, personal: 200, windowSeconds: 3600 },
    });
  });

  test('speaks https with a certificate of the authority that it writes', async () => {
    const caFile = join(hubs.folder, 'ca.pem');
    const { guide, url } = await hubs.simulate(
      '--tls',
      `--tls-ca-file=${caFile}`,
      '--tls-name=hub.example.com',
    );
    const dispatcher = new Agent({
      connect: { ca: await readFile(caFile, 'utf8'), servername: 'hub.example.com' },
    });
    const { statusCode } = await request(new URL('/v2/', url), { dispatcher });
    await dispatcher.close();

    expect(url).toMatch(/^https:/);
    expect(statusCode).toBe(401);
    expect(guide).toContain(`curl -s --cacert ${caFile} -I`);
    expect(guide).toContain(`headroom simulate status --url ${url} --tls-ca-file ${caFile}\n`);
  });

  test('warns where other machines can pull', async () => {
    const { guide } = await hubs.simulate('--listen=0.0.0.0:0');

    expect(guide).toMatch(/^A simulated Docker Hub is at http:\/\/127\.0\.0\.1:\d+\n/);
    expect(guide).toContain('Other machines can pull from it; the control API answers this machine only.\n');
  });

  test('exits with 1 when the port is in use', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const { exitCode, stdout, stderr } = await run(['simulate', `--listen=127.0.0.1:${port}`]);
    await new Promise((resolve) => other.close(resolve));

    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toBe(
      `Cannot listen on 127.0.0.1:${port}: the port is in use. Stop the program that uses it, or choose another with --listen\n`,
    );
  });

  test('exits with 1 when it cannot write the authority', async () => {
    const { exitCode, stderr } = await run(['simulate', '--tls', `--tls-ca-file=${hubs.folder}`]);

    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^Cannot write the certificate authority: EISDIR/);
  });

  test.each<[why: string, argv: string[], ...problems: string[]]>([
    [
      'an unknown profile',
      ['--profile=2022-2026'],
      `--profile: Not one of the choices, did you mean 2022-2025: "2022-2026". Allowed: ${PROFILE_NAMES.join(', ')}`,
    ],
    [
      'a number without a unit, and other bad values, all at once',
      ['--window=3600', '--limit=-1', '--window-kind=slidng'],
      '--limit: Not a whole number: "-1". Allowed: a whole number from 0 to 1000000000',
      '--window: Not the length of a window: "3600". Allowed: a duration of whole seconds such as 90s, 10m, 1h or 6h',
      '--window-kind: Not one of the choices, did you mean sliding: "slidng". Allowed: sliding, fixed',
    ],
    [
      'half a second',
      ['--window=500ms'],
      '--window: Not the length of a window: "500ms". Allowed: a duration of whole seconds such as 90s, 10m, 1h or 6h',
    ],
    [
      'a name in the certificate that no public authority issues',
      ['--tls-name=a', '--tls-ca-file=b'],
      '--tls-ca-file: Only together with --tls',
      '--tls-name: Only together with --tls',
    ],
    [
      'what a scenario says itself',
      ['--scenario=outage', '--profile=paid', '--window=1h'],
      '--profile: Not together with --scenario, which sets it',
      '--window: Not together with --scenario, which sets it',
    ],
    ['speed without a scenario', ['--speed=60'], '--speed: Only together with --scenario'],
    [
      'to listen where nothing takes time',
      ['--scenario=outage', '--virtual', '--listen=:0'],
      '--listen: Not together with --virtual, which does not listen',
    ],
  ])('refuses %s', async (_why, argv, ...problems) => {
    expect(await problemsOf(['simulate', ...argv])).toEqual(problems);
  });

  test.each(['CI:hunter2', 'hunter2', ':hunter2', 'ci:hunter2:gold', 'ci:hunter2:paid:x'])(
    'refuses the account %s without repeating its password',
    async (account) => {
      const [problem] = await problemsOf(['simulate', `--account=${account}`]);

      expect(problem).toMatch(/^--account: .*: <secret>\. Allowed: NAME:PASSWORD or NAME:PASSWORD:PLAN/);
      expect(problem).not.toContain('hunter2');
    },
  );
});
