import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseWebConfig } from '../../../src/web/http/parse-web-config.ts';
import { ALLOWED_KEYS } from '../../../src/web/http/web-config-schema.ts';

const HASH = '$2y$10$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7zG';

function problemsOf(text: string) {
  const result = parseWebConfig(text);
  return 'problems' in result ? result.problems : [];
}

describe('parseWebConfig()', () => {
  test.each(['', '# nothing\n', 'basic_auth_users:\n', '{}'])('treats %j as no protection', (text) => {
    expect(parseWebConfig(text)).toEqual({
      config: { tls: undefined, headers: {}, users: new Map(), rateLimit: undefined, warnings: [] },
    });
  });

  test('reads a whole file of exporter-toolkit', () => {
    const text = `
tls_server_config:
  cert_file: server.crt
  key_file: server.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.crt
  min_version: TLS13
  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]
  prefer_server_cipher_suites: false
  client_allowed_sans: [prometheus.example, "::1"]
  curve_preferences: [X25519, CurveP256]
rate_limit:
  interval: 1s500ms
  burst: 20
http_server_config:
  http2: true
  headers:
    X-Frame-Options: sameorigin
    Strict-Transport-Security: ""
basic_auth_users:
  alice: ${HASH}
`;
    expect(parseWebConfig(text)).toEqual({
      config: {
        tls: {
          cert: { file: 'server.crt' },
          key: { file: 'server.key' },
          clientCa: { file: 'ca.crt' },
          clientAuthType: 'RequireAndVerifyClientCert',
          clientAllowedSans: ['prometheus.example', '::1'],
          minVersion: 'TLS13',
          maxVersion: 'TLS13',
          cipherSuites: ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'],
          prefersServerCiphers: false,
          curves: ['X25519', 'CurveP256'],
        },
        headers: { 'X-Frame-Options': 'sameorigin', 'Strict-Transport-Security': '' },
        users: new Map([['alice', HASH]]),
        rateLimit: { intervalMs: 1_500, burst: 20 },
        warnings: ['http2 is not supported; HTTP/1.1 is served'],
      },
    });
  });

  const tls = (lines: string) => `tls_server_config:\n  cert_file: a\n  key_file: b\n${lines}`;

  // file, line, key, message
  test.each([
    [
      'tls_server:\n  x: 1\n',
      1,
      'tls_server',
      'Unknown key; allowed are tls_server_config, http_server_config, basic_auth_users, rate_limit',
    ],
    [
      'http_server_config:\n  headers:\n    X-Custom: 1\n',
      3,
      'http_server_config.headers.X-Custom',
      'Unknown key; allowed are Content-Security-Policy, X-Frame-Options, X-Content-Type-Options, ' +
        'X-XSS-Protection, Strict-Transport-Security',
    ],
    ['tls_server_config:\n  cert_file: a\n', 1, 'tls_server_config.key_file', 'Is missing'],
    [
      tls('  min_version: TLS9\n'),
      4,
      'tls_server_config.min_version',
      'Not allowed: "TLS9"; allowed are TLS10, TLS11, TLS12, TLS13',
    ],
    [
      tls('  min_version: TLS13\n  max_version: TLS12\n'),
      4,
      'tls_server_config.min_version',
      'Is newer than max_version: TLS13, TLS12',
    ],
    [
      tls('  client_auth_type: RequireAndVerifyClientCert\n'),
      4,
      'tls_server_config.client_auth_type',
      'RequireAndVerifyClientCert needs client_ca_file',
    ],
    [
      tls('  client_ca_file: ca\n'),
      4,
      'tls_server_config.client_ca_file',
      'Has no effect without client_auth_type',
    ],
    [
      tls('  prefer_server_cipher_suites: maybe\n'),
      4,
      'tls_server_config.prefer_server_cipher_suites',
      'Must be true or false',
    ],
    [
      'tls_server_config:\n  cert_file: ""\n  key_file: b\n',
      2,
      'tls_server_config.cert_file',
      'Must not be empty',
    ],
    [
      'http_server_config:\n  headers:\n    X-Frame-Options: maybe\n',
      3,
      'http_server_config.headers.X-Frame-Options',
      'Not allowed: "maybe"; allowed are deny, sameorigin, ""',
    ],
    [
      'basic_auth_users:\n  ci: hunter2\n',
      2,
      'basic_auth_users.ci',
      'Not a bcrypt hash; make one with: htpasswd -nBC 10 ""',
    ],
    [
      'basic_auth_users:\n  ci: 12\n',
      2,
      'basic_auth_users.ci',
      'Must be a text; put it in quotes if it looks like something else',
    ],
    [
      `basic_auth_users:\n  "a:b": ${HASH}\n`,
      2,
      'basic_auth_users.a:b',
      'A user name holds no colon and is not empty',
    ],
    [
      'tls_server_config:\n  cert: a\n  cert_file: b\n  key: c\n',
      2,
      'tls_server_config.cert',
      'Stands beside cert_file',
    ],
    [
      tls('  client_allowed_sans: [a]\n'),
      4,
      'tls_server_config.client_allowed_sans',
      'Needs RequireAnyClientCert or RequireAndVerifyClientCert',
    ],
    [
      tls('  client_auth_type: RequireAnyClientCert\n  client_allowed_sans: []\n'),
      5,
      'tls_server_config.client_allowed_sans',
      'Must not be empty',
    ],
    [
      tls('  curve_preferences: [X448]\n'),
      4,
      'tls_server_config.curve_preferences.0',
      'Not allowed: "X448"; allowed are CurveP256, CurveP384, CurveP521, X25519',
    ],
    ['rate_limit:\n  interval: 1s\n', 1, 'rate_limit.burst', 'Must be a whole number from 1 to 1000000'],
    [
      'rate_limit:\n  interval: 5\n  burst: 1\n',
      2,
      'rate_limit.interval',
      'Must be a duration, such as 200ms; 0 is off',
    ],
    [
      'http_server_config:\n  headers:\n    Content-Security-Policy: "a\\nb"\n',
      3,
      'http_server_config.headers.Content-Security-Policy',
      'Holds a character that no header can carry, such as a line break',
    ],
    [
      `basic_auth_users:\n  __proto__: ${HASH}\n`,
      2,
      'basic_auth_users.__proto__',
      'Not usable as a user name',
    ],
    ['basic_auth_users: [a]\n', 1, 'basic_auth_users', 'Must be a section with keys below it'],
    ['just text', undefined, '', 'Must be a section with keys below it'],
    ['a: b: c\n', 1, '', 'Not valid YAML: block as implicit key'],
    ['basic_auth_users:\n  ci: x\n  ci: y\n', 3, '', 'Not valid YAML: duplicate key'],
    ['a: *none\n', undefined, '', 'Not valid YAML: an alias has no anchor'],
  ])('refuses %j', (text, line, key, message) => {
    expect(problemsOf(text)).toContainEqual({ line, key, message });
  });

  // interval, burst, rate limit
  test.each([
    ['0', '1', undefined],
    ['0s', '1', undefined],
    ['200ms', '5', { intervalMs: 200, burst: 5 }],
    ['1m30s', '1', { intervalMs: 90_000, burst: 1 }],
  ])('reads a rate limit of %s and %s', (interval, burst, rateLimit) => {
    const text = `rate_limit:\n  interval: ${interval}\n  burst: ${burst}\n`;
    expect(parseWebConfig(text)).toMatchObject({ config: { rateLimit } });
  });

  test('accepts the older name of RequireAnyClientCert', () => {
    const text = tls('  client_auth_type: RequireClientCert\n');
    expect(parseWebConfig(text)).toMatchObject({
      config: { tls: { clientAuthType: 'RequireAnyClientCert' } },
    });
  });

  test('reports everything at once', () => {
    const problems = problemsOf('a: 1\nb: 2\nbasic_auth_users:\n  ci: x\n');
    expect(problems.map(({ line }) => line).sort()).toEqual([1, 2, 4]);
  });

  test.each([
    'basic_auth_users:\n  ci: hunter2\n',
    'basic_auth_users:\n  ci: "hunter2\n',
    'basic_auth_users:\n  ci: hunter2: hunter2\n',
    'basic_auth_users: hunter2\n',
  ])('never repeats a password: %j', (text) => {
    expect(problemsOf(text).length).toBeGreaterThan(0);
    expect(JSON.stringify(problemsOf(text))).not.toContain('hunter2');
  });
});

describe('the table of keys in docs/http.md', () => {
  const text = readFileSync(new URL('../../../docs/http.md', import.meta.url), 'utf8');
  const rows = [
    ...text.matchAll(/^\| `((?:tls_server|http_server|basic_auth|rate_limit)[^`]*)` \| ([^|]+) \|/gm),
  ].map(([, key = '', treatment]) => [key, treatment] as const);

  test('has every key that is read, in the order of the code', () => {
    const keysBelow = (path: string): string[] =>
      (ALLOWED_KEYS[path] ?? []).flatMap((key) => {
        const below = path === '' ? key : `${path}.${key}`;
        return below in ALLOWED_KEYS ? keysBelow(below) : [below];
      });
    expect(rows.map(([key]) => key)).toEqual(keysBelow(''));
  });

  test('names as without effect what is warned of', () => {
    expect(rows.filter(([, treatment]) => treatment !== 'honoured')).toEqual([
      ['http_server_config.http2', 'without effect'],
    ]);
    const warningsOf = (http2: boolean) => {
      const result = parseWebConfig(`http_server_config:\n  http2: ${http2}\n`);
      return 'config' in result ? result.config.warnings : undefined;
    };
    expect(warningsOf(true)).toEqual(['http2 is not supported; HTTP/1.1 is served']);
    expect(warningsOf(false)).toEqual([]);
  });
});
