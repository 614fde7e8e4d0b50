import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { passwordFileLogin, readSecretFile } from '../../src/config/files.ts';
import { parseFlags } from '../../src/config/flags.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { filesOf } from './load.ts';

describe('readSecretFile()', () => {
  /** What is in the file; the secret. */
  test.each([
    ['hunter2', 'hunter2'],
    ['hunter2\n', 'hunter2'],
    ['hunter2\r\n', 'hunter2'],
    ['hunter2\n\n', 'hunter2\n'],
    ['hunter2\r', 'hunter2\r'],
    [' hunter2 \n', ' hunter2 '],
    ['\n\n', '\n'],
    ['two\nlines\n', 'two\nlines'],
    ['\uFEFFhunter2', '\uFEFFhunter2'],
  ])('takes from %j one newline at most', async (text, secret) => {
    expect((await readSecretFile('/s', filesOf({ '/s': text }))).reveal()).toBe(secret);
  });

  test.each(['', '\n', '\r\n'])('rejects %j as empty', async (text) => {
    await expect(readSecretFile('/s', filesOf({ '/s': text }))).rejects.toThrow('Cannot use /s: it is empty');
  });

  test('reports that a file is not there', async () => {
    await expect(readSecretFile('/s', filesOf({}))).rejects.toThrow('Cannot read /s: no such file');
  });
});

describe('passwordFileLogin()', () => {
  test('reads the file anew at each use', async () => {
    const files = { '/s': 'old\n' };
    const readLogin = passwordFileLogin('acmeci', '/s', filesOf(files));
    const before = await readLogin();

    files['/s'] = 'new\n';
    const after = await readLogin();

    const passwords = [before, after].map((login) => login.kind === 'password' && login.password.reveal());
    expect(passwords).toEqual(['old', 'new']);
  });
});

describe('a real file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headroom-config-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('that is a directory is no password', async () => {
    const env = { DOCKERHUB_USERNAME: 'ci', DOCKERHUB_PASSWORD_FILE: folder };

    await expect(loadConfig({ flags: parseFlags([]), env })).rejects.toThrow(
      `Cannot read ${folder}: it is a directory`,
    );
  });

  test('that goes away later rejects the login, and works again when it is back', async () => {
    const path = join(folder, 'password');
    await writeFile(path, 'one\n');
    const env = { DOCKERHUB_USERNAME: 'ci', DOCKERHUB_PASSWORD_FILE: path };
    const { credentials } = await loadConfig({ flags: parseFlags([]), env });
    const readLogin = credentials[1]?.readLogin;

    await rm(path);
    await expect(readLogin?.()).rejects.toThrow(`Cannot read ${path}: no such file`);

    await writeFile(path, 'two');
    await expect(readLogin?.()).resolves.toMatchObject({ kind: 'password', username: 'ci' });
  });
});
