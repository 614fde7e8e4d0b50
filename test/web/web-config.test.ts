import { describe, expect, test } from 'vitest';
import { parseWebConfig } from '../../src/web/web-config.ts';

const HASH = '$2y$10$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7zG';

function problemsOf(text: string) {
  const result = parseWebConfig(text);
  return 'problems' in result ? result.problems : [];
}

describe('parseWebConfig()', () => {
  test.each(['', '# nothing\n', 'basic_auth_users:\n', '{}'])('takes %j as no protection', (text) => {
    expect(parseWebConfig(text)).toEqual({ config: { tls: undefined, headers: {}, users: new Map() } });
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
          certFile: 'server.crt',
          keyFile: 'server.key',
          clientCaFile: 'ca.crt',
          clientAuthType: 'RequireAndVerifyClientCert',
          minVersion: 'TLS13',
          maxVersion: 'TLS13',
          cipherSuites: ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'],
          prefersServerCiphers: false,
        },
        headers: { 'X-Frame-Options': 'sameorigin', 'Strict-Transport-Security': '' },
        users: new Map([['alice', HASH]]),
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
      'Unknown key; allowed are tls_server_config, http_server_config, basic_auth_users',
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
    ['basic_auth_users: [a]\n', 1, 'basic_auth_users', 'Must be a section with keys below it'],
    ['just text', undefined, '', 'Must be a section with keys below it'],
    ['a: b: c\n', 1, '', 'Not valid YAML: block as implicit key'],
    ['basic_auth_users:\n  ci: x\n  ci: y\n', 3, '', 'Not valid YAML: duplicate key'],
    ['a: *none\n', undefined, '', 'Not valid YAML: an alias has no anchor'],
  ])('refuses %j', (text, line, key, message) => {
    expect(problemsOf(text)).toContainEqual({ line, key, message });
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
