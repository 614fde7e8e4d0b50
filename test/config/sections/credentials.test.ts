import { describe, expect, test } from 'vitest';
import type { Written } from '../load.ts';
import { load, problemsOf } from '../load.ts';

const LOGIN = { DOCKERHUB_USERNAME: 'acmeci', DOCKERHUB_PASSWORD: 'hunter2' };

async function namesOf(written: Written): Promise<string[]> {
  const { credentials } = await load(written);
  return credentials.map(({ identity }) => identity.name);
}

async function loginOf(written: Written, index = 0) {
  const { credentials } = await load(written);
  const login = await credentials[index]?.readLogin?.();
  return login?.kind === 'password'
    ? { username: login.username, password: login.password.reveal() }
    : login?.token.reveal();
}

async function fingerprintOf(lines: string, rest = '', files: Record<string, string> = {}): Promise<string> {
  const { credentials } = await load({ yaml: `${rest}\ncredentials:\n  - { name: a, ${lines} }\n`, files });
  return credentials[0]?.identity.fingerprint ?? '';
}

describe('credentials', () => {
  test('of the environment stand beside the anonymous one, named after the user', async () => {
    const { credentials } = await load({ env: LOGIN });

    expect(credentials.map(({ identity: { name, hasLogin } }) => ({ name, hasLogin }))).toEqual([
      { name: 'anonymous', hasLogin: false },
      { name: 'acmeci', hasLogin: true },
    ]);
  });

  test('of the environment are added to those of the file', async () => {
    expect(await namesOf({ yaml: 'credentials: [{ name: ci }]', env: LOGIN })).toEqual(['ci', 'acmeci']);
  });

  test('of the environment poll as in the section poll', async () => {
    const { credentials } = await load({ yaml: 'poll: { timeout: 3s }', env: LOGIN });

    expect(credentials.map(({ timeoutMs }) => timeoutMs)).toEqual([3_000, 3_000]);
  });

  test.each<[why: string, written: Written, ...problems: string[]]>([
    [
      'a name of the file',
      { yaml: 'credentials: [{ name: acmeci }]', env: LOGIN },
      'DOCKERHUB_USERNAME: credentials[1].name: Duplicate name, first used at /etc/headroom.yml:1:23: "acmeci"',
    ],
    [
      'the name of the default',
      { env: { ...LOGIN, DOCKERHUB_USERNAME: 'anonymous' } },
      'DOCKERHUB_USERNAME: credentials[1].name: Duplicate name, first used at default: "anonymous"',
    ],
    [
      'no password',
      { env: { DOCKERHUB_USERNAME: 'acmeci' } },
      'DOCKERHUB_USERNAME: The password is missing. Allowed: DOCKERHUB_USERNAME with DOCKERHUB_PASSWORD or DOCKERHUB_PASSWORD_FILE',
    ],
    [
      'no user name',
      { env: { DOCKERHUB_PASSWORD_FILE: '/x' } },
      'DOCKERHUB_PASSWORD_FILE: The user name is missing. Allowed: DOCKERHUB_USERNAME with DOCKERHUB_PASSWORD or DOCKERHUB_PASSWORD_FILE',
    ],
    [
      'two passwords',
      { env: { ...LOGIN, DOCKERHUB_PASSWORD_FILE: '/x' } },
      'DOCKERHUB_PASSWORD_FILE: DOCKERHUB_PASSWORD is set too. Allowed: DOCKERHUB_USERNAME with DOCKERHUB_PASSWORD or DOCKERHUB_PASSWORD_FILE',
    ],
    [
      'an unreadable file',
      { env: { DOCKERHUB_USERNAME: 'acmeci', DOCKERHUB_PASSWORD_FILE: '/x' } },
      'DOCKERHUB_PASSWORD_FILE: credentials[1].password_file: Cannot read /x: no such file',
    ],
    [
      'a user with the password behind it',
      { env: { ...LOGIN, DOCKERHUB_USERNAME: 'acmeci:hunter2' } },
      'DOCKERHUB_USERNAME: credentials[1].name: Not a name: <secret>. Allowed: 1 to 64 letters, digits, spaces and . _ @ + -, with a letter or digit at both ends',
      'DOCKERHUB_USERNAME: credentials[1].username: Not a user name: <secret>. Allowed: text without ":", in quotes if it is only digits',
    ],
  ])('of the environment cannot have %s', async (_why, written, ...problems) => {
    expect(await problemsOf(written)).toEqual(problems);
  });

  test.each(['a', 'Acme CI', 'ci@example.com', 'nat-b_2.prod+x', '7'])('can be called %s', async (name) => {
    expect(await namesOf({ yaml: `credentials: [{ name: "${name}" }]` })).toEqual([name]);
  });

  test.each(['-a', 'a-', ' a', 'a/b', 'é', 'a"b', '', 'a:b', 'a\\nb'])(
    'cannot be called %j',
    async (name) => {
      expect(await problemsOf({ yaml: `credentials: [{ name: "${name}" }]` })).toHaveLength(1);
    },
  );

  test('sign in with a password of the file', async () => {
    const yaml = 'credentials: [{ name: a, username: acmeci, password: " p:w " }]';

    expect(await loginOf({ yaml })).toEqual({ username: 'acmeci', password: ' p:w ' });
  });

  test('sign in with a password file beside the configuration file', async () => {
    const yaml = 'credentials: [{ name: a, username: acmeci, password_file: secrets/ci }]';

    expect(await loginOf({ yaml, files: { '/etc/secrets/ci': 'hunter2\n' } })).toEqual({
      username: 'acmeci',
      password: 'hunter2',
    });
  });

  test('sign in with a Docker configuration', async () => {
    const yaml = 'credentials: [{ name: a, docker_config_file: config.json }]';
    const files = { '/etc/config.json': '{"auths":{"docker.io":{"identitytoken":"t"}}}' };

    expect(await loginOf({ yaml, files })).toBe('t');
  });

  test('sign in with the variables', async () => {
    expect(await loginOf({ env: LOGIN }, 1)).toEqual({ username: 'acmeci', password: 'hunter2' });
  });

  test('take a proxy from a file', async () => {
    const yaml = 'credentials: [{ name: a, route: { proxy_url_file: proxy } }]';

    const { credentials, maskedYaml } = await load({
      yaml,
      files: { '/etc/proxy': 'http://u:p@proxy:3128\n' },
    });

    expect(credentials[0]?.route.proxyUrl?.reveal()).toBe('http://u:p@proxy:3128');
    expect(credentials[0]?.route.proxyKey).toBe('proxy_url_file');
    expect(maskedYaml).toContain('proxy_url_file: /etc/proxy');
  });
});

describe('fingerprint', () => {
  const FILES = { '/etc/p': 'x', '/etc/q': 'y', '/etc/c.json': '{"auths":{"docker.io":{"auth":"YTpi"}}}' };
  const PLAIN = 'username: u, password: x';

  /** What is changed; the credential before it and after it. */
  test.each([
    ['the user', PLAIN, 'username: v, password: x'],
    ['the login', PLAIN, 'image: ratelimitpreview/test'],
    ['the file that knows the user', PLAIN, 'docker_config_file: c.json'],
    ['the image', PLAIN, `${PLAIN}, image: nginx`],
    ['the local address', PLAIN, `${PLAIN}, route: { local_address: 10.0.0.7 }`],
    ['the IP family', PLAIN, `${PLAIN}, route: { ip_family: 4 }`],
    ['the proxy', PLAIN, `${PLAIN}, route: { proxy_url: "http://p:1" }`],
    [
      'the user of the proxy',
      'route: { proxy_url: "http://a:x@p:1" }',
      'route: { proxy_url: "http://b:x@p:1" }',
    ],
  ])('changes with %s', async (_what, before, after) => {
    expect(await fingerprintOf(before, '', FILES)).not.toBe(await fingerprintOf(after, '', FILES));
  });

  test('changes with the hub', async () => {
    expect(await fingerprintOf(PLAIN)).not.toBe(
      await fingerprintOf(PLAIN, 'hub: { url: "https://hub.corp" }'),
    );
  });

  test.each([
    ['the password', PLAIN, 'username: u, password: y'],
    ['where the password stands', PLAIN, 'username: u, password_file: p'],
    ['the password file', 'username: u, password_file: p', 'username: u, password_file: q'],
    ['the schedule', PLAIN, `${PLAIN}, schedule: "*/5 * * * *", jitter: 0, timeout: 1s`],
    [
      'the password of the proxy',
      'route: { proxy_url: "http://a:x@p:1" }',
      'route: { proxy_url: "http://a:y@p:1" }',
    ],
  ])('stays when %s changes', async (_what, before, after) => {
    expect(await fingerprintOf(before, '', FILES)).toBe(await fingerprintOf(after, '', FILES));
  });

  test('distinguish SOCKS5 proxies', async () => {
    const yaml = `credentials:
      - { name: a, route: { proxy_url: "socks5://u:p@one:1080" } }
      - { name: b, route: { proxy_url: "socks5://u:p@two" } }`;

    const { credentials, maskedYaml } = await load({ yaml });

    expect(new Set(credentials.map(({ identity }) => identity.fingerprint)).size).toBe(2);
    expect(maskedYaml).toContain('socks5://<secret>@one:1080');
  });
});

describe('credentials[].timezone', () => {
  test('is the value of the entry, otherwise that of poll, otherwise undefined', async () => {
    const yaml = `
poll: { timezone: europe/berlin }
credentials:
  - name: a
  - { name: b, timezone: Australia/Lord_Howe }`;
    const { credentials, maskedYaml } = await load({ yaml });
    expect(credentials.map(({ timezone }) => timezone)).toEqual(['Europe/Berlin', 'Australia/Lord_Howe']);
    expect(maskedYaml).toContain('timezone: Australia/Lord_Howe');
    const plain = await load({ yaml: 'credentials: [{ name: a }]' });
    expect(plain.credentials.map(({ timezone }) => timezone)).toEqual([undefined]);
  });

  test.each(['Europe/Berln', '"+02:00"', '""', '2'])('refuses %s', async (zone) => {
    const [problem] = await problemsOf({ yaml: `credentials: [{ name: a, timezone: ${zone} }]` });
    expect(problem).toContain('credentials[0].timezone');
    expect(problem).toContain('Allowed: the name of a time zone such as UTC or Europe/Berlin');
  });
});
