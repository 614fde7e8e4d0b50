import { mkdirSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  checkWebConfigFile,
  formatWebConfigProblem,
  openWebConfigFile,
} from '../../../src/web/http/web-config-file.ts';
import { createLogRecorder } from '../../domain/log-recorder.ts';
import { createAuthority, makeFolder } from '../certificates.ts';

const HASH = '$2y$10$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7zG';
const TLS = 'tls_server_config:\n  cert_file: tls.crt\n  key_file: tls.key\n';
/** Longer than the files are taken to be unchanged. */
const A_WHILE_MS = 2_000;

/** A clock that only the test moves. */
function createClock() {
  let monotonicMs = 0;
  return {
    clock: { now: () => 0, monotonicMs: () => monotonicMs },
    advance: (ms: number) => {
      monotonicMs += ms;
    },
  };
}

function open(path: string) {
  const { clock, advance } = createClock();
  const { log, lines } = createLogRecorder();
  return { source: openWebConfigFile(path, clock, log), advance, lines };
}

function writeConfig(text: string): string {
  const path = join(makeFolder(), 'web-config.yml');
  writeFileSync(path, text);
  return path;
}

describe('checkWebConfigFile()', () => {
  test('finds nothing wrong with a good file', () => {
    expect(checkWebConfigFile(writeConfig(`basic_auth_users:\n  ci: ${HASH}\n`))).toEqual([]);
  });

  test('names a file that is not there', () => {
    expect(checkWebConfigFile('/nowhere/web-config.yml')).toEqual([
      { line: undefined, key: '', message: 'Cannot be read: ENOENT' },
    ]);
  });

  test('names each certificate file that cannot be read, beside the configuration', () => {
    const path = writeConfig(TLS);
    expect(checkWebConfigFile(path).map(({ key, message }) => `${key}: ${message}`)).toEqual([
      `tls_server_config.cert_file: Cannot be read: ${path.replace('web-config.yml', 'tls.crt')} (ENOENT)`,
      `tls_server_config.key_file: Cannot be read: ${path.replace('web-config.yml', 'tls.key')} (ENOENT)`,
    ]);
  });

  test('refuses a folder, a file that is too large, and authorities that hold no certificate', async () => {
    expect(checkWebConfigFile(makeFolder())[0]?.message).toBe('Cannot be read: not a regular file');
    const large = writeConfig(`#${'x'.repeat(1024 * 1024)}`);
    expect(checkWebConfigFile(large)[0]?.message).toBe('Cannot be read: larger than 1 MiB');
    const pair = await (await createAuthority()).issue('one');
    const path = writeConfig(
      `${TLS}  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.crt\n`,
    );
    const write = (name: string, text: string) => writeFileSync(join(path, '..', name), text);
    write('tls.crt', pair.certificate);
    write('tls.key', pair.key);
    write('ca.crt', '');
    expect(checkWebConfigFile(path)[0]?.message).toBe('The file of client authorities holds no certificate');
    write('ca.crt', pair.certificate.slice(0, 300));
    expect(checkWebConfigFile(path)[0]?.message).toMatch(/cannot be used together/);
  });

  test('uses certificate, key and authorities from the configuration itself', async () => {
    const authority = await createAuthority();
    const pair = await authority.issue('one');
    const pem = (key: string, text: string) => `  ${key}: |\n${text.trim().replace(/^/gm, '    ')}\n`;
    const parts = [
      pem('cert', pair.certificate),
      pem('key', pair.key),
      pem('client_ca', authority.certificate),
    ];
    const type = '  client_auth_type: RequireAndVerifyClientCert\n';
    const { source } = open(writeConfig(`tls_server_config:\n${parts.join('')}${type}`));
    expect(source.current().tls?.cert.toString()).toBe(`${pair.certificate.trim()}\n`);
  });

  test('refuses a key that does not belong to the certificate', async () => {
    const authority = await createAuthority();
    const [one, other] = [await authority.issue('one'), await authority.issue('other')];
    const path = writeConfig(TLS);
    writeFileSync(join(path, '../tls.crt'), one.certificate);
    writeFileSync(join(path, '../tls.key'), other.key);
    const [problem] = checkWebConfigFile(path);
    expect(problem?.message).toMatch(/^Certificate, key and authorities cannot be used together: /);
  });
});

test('formatWebConfigProblem() writes a place that editors jump to', () => {
  const problem = { line: 3, key: 'basic_auth_users.ci', message: 'Not a bcrypt hash' };
  expect(formatWebConfigProblem('web.yml', problem)).toBe(
    'web.yml:3: basic_auth_users.ci: Not a bcrypt hash',
  );
  expect(formatWebConfigProblem('web.yml', { ...problem, line: undefined, key: '' })).toBe(
    'web.yml: Not a bcrypt hash',
  );
});

describe('openWebConfigFile()', () => {
  test('refuses to begin with a bad file, and names every problem', () => {
    const path = writeConfig('a: 1\nb: 2\n');
    expect(() => open(path)).toThrow(/web-config\.yml:1: a: .*\n.*web-config\.yml:2: b: /);
  });

  test('reads the file again once it has changed, and reports it', () => {
    const path = writeConfig('');
    const { source, advance, lines } = open(path);
    writeFileSync(path, `basic_auth_users:\n  ci: ${HASH}\n`);
    expect(source.current().users.size).toBe(0);
    advance(A_WHILE_MS);
    expect(source.current().users.size).toBe(1);
    expect(lines.map(({ level }) => level)).toEqual(['warn', 'info']);
  });

  test('warns at the start of a file that protects nothing', () => {
    const { lines } = open(writeConfig('# nothing\n'));
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ['warn', 'The web configuration switches on no protection: every client has access'],
    ]);
  });

  test('keeps the same object while nothing changes', () => {
    const { source, advance } = open(writeConfig(''));
    const before = source.current();
    advance(A_WHILE_MS);
    expect(source.current()).toBe(before);
  });

  test('keeps the old configuration when the new one is bad, and complains once', () => {
    const path = writeConfig(`basic_auth_users:\n  ci: ${HASH}\n`);
    const { source, advance, lines } = open(path);
    writeFileSync(path, 'basic_auth_users:\n  ci: hunter2\n');
    for (let i = 0; i < 3; i++) {
      advance(A_WHILE_MS);
      expect(source.current().users.get('ci')).toBe(HASH);
    }
    expect(lines.map(({ level }) => level)).toEqual(['error']);
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });

  test('keeps the old configuration when the file is removed, and reads the next one', () => {
    const path = writeConfig(`basic_auth_users:\n  ci: ${HASH}\n`);
    const { source, advance } = open(path);
    rmSync(path);
    advance(A_WHILE_MS);
    expect(source.current().users.size).toBe(1);
    expect(source.isInForce()).toBe(false);
    writeFileSync(path, `basic_auth_users:\n  cd: ${HASH}\n`);
    advance(A_WHILE_MS);
    expect([...source.current().users.keys()]).toEqual(['cd']);
    expect(source.isInForce()).toBe(true);
  });

  test('sees a change of the same length within the same tick of the file system', () => {
    const path = writeConfig(`basic_auth_users:\n  ci: ${HASH}\n`);
    const { mtime } = statSync(path);
    const { source, advance } = open(path);
    writeFileSync(path, `basic_auth_users:\n  cd: ${HASH}\n`);
    utimesSync(path, mtime, mtime);
    advance(A_WHILE_MS);
    expect([...source.current().users.keys()]).toEqual(['cd']);
  });

  // what the configuration names now: whether a reload is refused
  test.each([
    ['the same file', (path: string) => path, undefined],
    [
      'none',
      () => undefined,
      /^web\.config_file is gone\. Would switch off basic authentication, which only/,
    ],
    [
      'a file without users',
      () => writeConfig(''),
      /Would switch off basic authentication, which only a restart/,
    ],
    ['a file with users', () => writeConfig(`basic_auth_users:\n  cd: ${HASH}\n`), undefined],
    ['a file that is not there', () => '/nowhere/web.yml', /Cannot be read: ENOENT/],
  ])('answers a reload with %s', (_what, nextPath, expected) => {
    const path = writeConfig(`basic_auth_users:\n  ci: ${HASH}\n`);
    const { source } = open(path);
    const refusal = source.reload(nextPath(path));
    if (expected === undefined) expect(refusal).toBeUndefined();
    else expect(refusal).toMatch(expected);
    expect([...source.current().users.keys()]).toEqual(['ci']);
  });

  test('reads at once for a reload', () => {
    const path = writeConfig(`basic_auth_users:\n  ci: ${HASH}\n`);
    const { source } = open(path);
    writeFileSync(path, '');
    expect(source.reload(path)).toContain('Would switch off basic authentication');
  });

  test('follows certificates that Kubernetes changes by swapping a symbolic link', async () => {
    const authority = await createAuthority();
    const folder = makeFolder();
    for (const version of ['one', 'two']) {
      const pair = await authority.issue(version);
      mkdirSync(join(folder, version));
      writeFileSync(join(folder, version, 'tls.crt'), pair.certificate);
      writeFileSync(join(folder, version, 'tls.key'), pair.key);
    }
    symlinkSync('one', join(folder, '..data'));
    const path = join(folder, 'web-config.yml');
    writeFileSync(path, TLS.replaceAll('tls.', '..data/tls.'));
    const { source, advance } = open(path);
    const before = source.current().tls?.cert;
    symlinkSync('two', join(folder, '..next'));
    renameSync(join(folder, '..next'), join(folder, '..data'));
    advance(A_WHILE_MS);
    expect(source.current().tls?.cert.equals(before ?? Buffer.alloc(0))).toBe(false);
  });

  test('waits for the key of a new certificate', async () => {
    const authority = await createAuthority();
    const [one, two] = [await authority.issue('one'), await authority.issue('two')];
    const path = writeConfig(TLS);
    const write = (name: string, text: string) => writeFileSync(join(path, '..', name), text);
    write('tls.crt', one.certificate);
    write('tls.key', one.key);
    const { source, advance } = open(path);
    write('tls.crt', two.certificate);
    advance(A_WHILE_MS);
    expect(source.current().tls?.cert.toString()).toBe(one.certificate);
    write('tls.key', two.key);
    advance(A_WHILE_MS);
    expect(source.current().tls?.cert.toString()).toBe(two.certificate);
  });

  test('warns that TLS is switched on by a restart only', async () => {
    const pair = await (await createAuthority()).issue('one');
    const path = writeConfig('');
    const { source, advance, lines } = open(path);
    writeFileSync(join(path, '../tls.crt'), pair.certificate);
    writeFileSync(join(path, '../tls.key'), pair.key);
    writeFileSync(path, TLS);
    advance(A_WHILE_MS);
    expect(source.current().tls).toBeUndefined();
    expect(lines.map(({ message }) => message)).toContain(
      'TLS and client certificates are switched on by a restart only',
    );
  });

  test('counts client certificates as a protection only where the server requests them', async () => {
    const authority = await createAuthority();
    const pair = await authority.issue('one');
    const path = writeConfig(TLS);
    writeFileSync(join(path, '../tls.crt'), pair.certificate);
    writeFileSync(join(path, '../tls.key'), pair.key);
    writeFileSync(join(path, '../ca.crt'), authority.certificate);
    const { source, advance, lines } = open(path);
    writeFileSync(path, `${TLS}  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.crt\n`);
    advance(A_WHILE_MS);
    expect(source.current().tls?.clientAuthType).toBe('NoClientCert');
    expect(lines.map(({ level }) => level)).toEqual(['warn', 'info']);
  });
});
