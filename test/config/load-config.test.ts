import { describe, expect, test } from 'vitest';
import { parseFlags } from '../../src/config/flags.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { DEFAULT_RULES } from '../../src/domain/alerts/rules/alert-rule.ts';
import { load, problemsOf } from './load.ts';

const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

describe('loadConfig()', () => {
  test('needs no configuration at all', async () => {
    const { maskedYaml: _, ...config } = await load({});

    expect(config).toEqual({
      poll: { concurrency: 16 },
      hub: { url: new URL('https://registry-1.docker.io'), allowInsecure: false, caFile: undefined },
      credentials: [
        {
          identity: {
            name: 'anonymous',
            hasLogin: false,
            fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
          },
          readLogin: undefined,
          route: {},
          image: { domain: 'docker.io', path: 'ratelimitpreview/test', tag: 'latest', digest: undefined },
          schedule: '* * * * *',
          jitterMs: 10_000,
          timeoutMs: 10_000,
        },
      ],
      history: {
        backend: 'sqlite',
        path: 'data/headroom.db',
        isDefaultPath: true,
        retentionMs: 90 * 86_400_000,
      },
      alerts: { rules: DEFAULT_RULES, receivers: [] },
      metrics: { compatibility: [] },
      web: {
        listenAddresses: [{ host: undefined, port: 10_429 }],
        routePrefix: '/',
        externalUrl: undefined,
        configFile: undefined,
        enableAdmin: false,
        allowedHosts: [],
      },
      log: { level: 'info', format: 'logfmt' },
    });
  });

  test.each([
    '',
    '# nothing yet\n',
    'poll:\nhub:\ncredentials:\nhistory:\nalerts:\nmetrics:\nweb:\nlog:\n',
    'credentials:\n  - name: anonymous\n    route:\n',
  ])('treats a file without values as none: %j', async (yaml) => {
    expect(await load({ yaml })).toEqual(await load({}));
  });

  test('reads everything that can be written', async () => {
    const config = await load({
      yaml: `
poll: { schedule: "*/5 * * * *", jitter: 0, timeout: 500ms, concurrency: 4, image: "acme/app:1" }
hub: { url: "http://registry.corp:8080", allow_insecure: true, ca_file: corp.pem }
credentials:
  - name: a
  - name: b
    schedule: "0 */5 * * * *"
    jitter: 1m
    timeout: 3s
    image: nginx
    route: { local_address: "2001:db8::7", ip_family: 6, proxy_url: "http://u:p@proxy:3128" }
metrics: { compatibility: [viadee, gitlab, jadolg, tcaty] }
web:
  listen_address: [":1", "localhost:2", "[::1]:3"]
  route_prefix: /head/room/
  external_url: "https://example.com/elsewhere"
  config_file: web.yml
log: { level: error, format: json }
`,
      files: { '/etc/corp.pem': CERTIFICATE, '/etc/web.yml': '' },
    });

    expect(config.poll).toEqual({ concurrency: 4 });
    expect(config.hub).toEqual({
      url: new URL('http://registry.corp:8080'),
      allowInsecure: true,
      caFile: '/etc/corp.pem',
    });
    expect(config.credentials).toMatchObject([
      {
        schedule: '*/5 * * * *',
        jitterMs: 0,
        timeoutMs: 500,
        image: { path: 'acme/app', tag: '1' },
        route: {},
      },
      {
        schedule: '0 */5 * * * *',
        jitterMs: 60_000,
        timeoutMs: 3_000,
        image: { path: 'library/nginx', tag: 'latest' },
        route: { localAddress: '2001:db8::7', ipFamily: 6 },
      },
    ]);
    expect(config.credentials[1]?.route.proxyUrl?.reveal()).toBe('http://u:p@proxy:3128');
    expect(config.metrics).toEqual({ compatibility: ['viadee', 'gitlab', 'jadolg', 'tcaty'] });
    expect(config.web).toEqual({
      listenAddresses: [
        { host: undefined, port: 1 },
        { host: 'localhost', port: 2 },
        { host: '::1', port: 3 },
      ],
      routePrefix: '/head/room',
      externalUrl: new URL('https://example.com/elsewhere'),
      configFile: '/etc/web.yml',
      enableAdmin: false,
      allowedHosts: [],
    });
    expect(config.log).toEqual({ level: 'error', format: 'json' });
  });

  test('uses the path of the external URL as route prefix, as Prometheus does', async () => {
    const { web } = await load({ args: ['--web.external-url=https://example.com/headroom/'] });

    expect(web.routePrefix).toBe('/headroom');
  });

  test.each([
    'http://127.0.0.1:5000',
    'http://127.8.8.8',
    'http://[::1]:5000',
    'http://localhost',
    'http://hub.localhost',
  ])('lets plain http go to this machine: %s', async (url) => {
    const { hub } = await load({ env: { HEADROOM_HUB_URL: url } });

    expect(hub.url.origin).toBe(url);
  });

  test('freezes everything', async () => {
    const config = await load({ yaml: 'credentials: [{ name: a, route: { ip_family: 4 } }]' });

    expect(notFrozen(config, 'config')).toEqual([]);
  });

  test('reads a real file', async () => {
    const flags = parseFlags(['--config.file', `${import.meta.dirname}/load.ts`]);

    await expect(loadConfig({ flags, env: {} })).rejects.toThrow(/load\.ts:\d+:\d+: /);
  });
});

/** The paths of everything in a value that can still be changed. */
function notFrozen(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.entries(value).flatMap(([key, part]) => notFrozen(part, `${path}.${key}`));
  return Object.isFrozen(value) ? inside : [path, ...inside];
}

describe('precedence', () => {
  /** Key; how each place writes it; how the value is seen. */
  const ROWS = [
    ['log.level', 'log: { level: debug }', { HEADROOM_LOG_LEVEL: 'warn' }, '--log.level=error'],
    ['log.format', 'log: { format: logfmt }', { HEADROOM_LOG_FORMAT: 'json' }, '--log.format=logfmt'],
    [
      'web.listen_address',
      'web: { listen_address: ":1" }',
      { HEADROOM_LISTEN_ADDRESS: ':2' },
      '--web.listen-address=:3',
    ],
  ] as const;
  const SEEN: Readonly<Record<string, readonly string[]>> = {
    'log.level': ['info', 'debug', 'warn', 'error'],
    'log.format': ['logfmt', 'logfmt', 'json', 'logfmt'],
    'web.listen_address': [':10429', ':1', ':2', ':3'],
  };

  test.each(ROWS)('of %s: flag, environment, file, default', async (key, yaml, env, flag) => {
    const [section = '', name = ''] = key.split('.');
    const written = [{}, { yaml }, { yaml, env }, { yaml, env, args: [flag] }];
    const configs = await Promise.all(written.map(load));

    const seen = configs.map(({ maskedYaml }) => {
      const sectionText = maskedYaml.slice(maskedYaml.indexOf(`${section}:\n`));
      return new RegExp(`${name}:(?: |\\n    - )"?([^"\\n]+)`).exec(sectionText)?.[1];
    });
    expect(seen).toEqual(SEEN[key]);
  });

  test('of several listen addresses, in each of the three places', async () => {
    const written = [
      { yaml: 'web: { listen_address: [":1", "[::1]:2"] }' },
      { env: { HEADROOM_LISTEN_ADDRESS: ':1, [::1]:2' } },
      { args: ['--web.listen-address=:1', '--web.listen-address=[::1]:2'] },
    ];
    const configs = await Promise.all(written.map(load));
    for (const { web } of configs) {
      expect(web.listenAddresses).toEqual([
        { host: undefined, port: 1 },
        { host: '::1', port: 2 },
      ]);
    }
  });

  // the variable, the problem
  test.each([
    [':1,:1', 'HEADROOM_LISTEN_ADDRESS: web.listen_address[1]: Duplicate entry: ":1"'],
    [':1,', 'HEADROOM_LISTEN_ADDRESS: web.listen_address: Not an address to listen on: ""'],
    [':1,here', 'HEADROOM_LISTEN_ADDRESS: web.listen_address: Not an address to listen on: "here"'],
  ])('rejects the listen addresses %j', async (value, problem) => {
    await expect(load({ env: { HEADROOM_LISTEN_ADDRESS: value } })).rejects.toThrow(problem);
  });

  test('of the configuration file itself', async () => {
    const files = { '/a.yml': 'log: { level: debug }', '/b.yml': 'log: { level: warn }' };
    const env = { HEADROOM_CONFIG_FILE: '/a.yml' };

    const fromEnvironment = await load({ files, env });
    const fromFlag = await load({ files, env, args: ['--config.file=/b.yml'] });

    expect([fromEnvironment.log.level, fromFlag.log.level]).toEqual(['debug', 'warn']);
  });

  test('a wrong value is reported where it counts, and not where it is overruled', async () => {
    const lines = await problemsOf({ yaml: 'log: { level: loud }', env: { HEADROOM_LOG_LEVEL: 'louder' } });

    expect(lines).toEqual([
      'HEADROOM_LOG_LEVEL: log.level: Not one of the choices: "louder". Allowed: debug, info, warn, error',
    ]);
  });

  test('an empty variable is not set', async () => {
    const env = {
      HEADROOM_CONFIG_FILE: '',
      HEADROOM_LOG_LEVEL: '',
      HEADROOM_HUB_URL: '',
      DOCKERHUB_USERNAME: '',
      DOCKERHUB_PASSWORD: '',
    };

    expect(await load({ env })).toEqual(await load({}));
  });

  test('variables that Kubernetes makes up for a service named headroom are no business of ours', async () => {
    const env = { HEADROOM_PORT: 'tcp://10.0.0.1:10429', HEADROOM_SERVICE_HOST: '10.0.0.1' };

    expect(await load({ env })).toEqual(await load({}));
  });
});

describe('problems', () => {
  test('come all at once, from every place', async () => {
    const lines = await problemsOf({
      yaml: 'poll: { jitter: x }\ncredentials: [{ name: a, password_file: nope }]\nalarms: {}\n',
      env: { HEADROOM_LOG_LEVEL: 'x', DOCKERHUB_PASSWORD: 'hunter2' },
      args: ['--log.format=x', '--nope'],
    });

    expect(lines.map((line) => line.split(': ').slice(0, 2).join(': '))).toEqual([
      expect.stringMatching(/^--nope: Unknown flag/),
      '--log.format: log.format',
      'DOCKERHUB_PASSWORD: The user name is missing. Allowed',
      'HEADROOM_LOG_LEVEL: log.level',
      '/etc/headroom.yml:1:17: poll.jitter',
      '/etc/headroom.yml:2:41: credentials[0].password_file',
      '/etc/headroom.yml:2:41: credentials[0].password_file',
      '/etc/headroom.yml:3:1: alarms',
    ]);
  });

  test.each([
    ['--config.file', { args: ['--config.file=/nope.yml'] }],
    ['HEADROOM_CONFIG_FILE', { env: { HEADROOM_CONFIG_FILE: '/nope.yml' } }],
  ])('of a missing file stand at %s', async (place, written) => {
    expect(await problemsOf(written)).toEqual([`${place}: Cannot read /nope.yml: no such file`]);
  });

  test('of a file named by a flag are relative to the working directory', async () => {
    expect(await problemsOf({ args: ['--web.config.file=web.yml'] })).toEqual([
      '--web.config.file: web.config_file: Cannot read web.yml: no such file',
    ]);
  });

  test('hide a token that stands where none is expected', async () => {
    const env = { DOCKERHUB_USERNAME: 'ci', DOCKERHUB_PASSWORD_FILE: 'dckr_pat_abcdef' };

    expect(await problemsOf({ env })).toEqual([
      'DOCKERHUB_PASSWORD_FILE: credentials[1].password_file: Cannot read dckr_pat_<secret>: no such file',
    ]);
  });
});
