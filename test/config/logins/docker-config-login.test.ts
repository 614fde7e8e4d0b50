import { describe, expect, test } from 'vitest';
import { dockerConfigLogin } from '../../../src/config/logins/docker-config-login.ts';
import type { Program, ProgramResult, RunProgram } from '../../../src/config/logins/run-program.ts';
import { filesOf } from '../load.ts';

const HUB = 'https://index.docker.io/v1/';
/** `inline:secret` */
const INLINE = { auth: 'aW5saW5lOnNlY3JldA==' };
const NOT_FOUND: ProgramResult = {
  kind: 'ended',
  exitCode: 1,
  stdout: 'credentials not found in native keychain\n',
};

/** Helpers with a login under `helper server`, and the calls they received. */
function helpers(known: Readonly<Record<string, string>>): { run: RunProgram; asked: string[] } {
  const asked: string[] = [];
  const run = ({ name, stdin }: Program): Promise<ProgramResult> => {
    asked.push(`${name} ${stdin}`);
    const secret = known[`${name.replace('docker-credential-', '')} ${stdin}`];
    const stdout = JSON.stringify({ ServerURL: stdin, Username: 'helped', Secret: secret });
    return Promise.resolve(secret === undefined ? NOT_FOUND : { kind: 'ended', exitCode: 0, stdout });
  };
  return { run, asked };
}

async function secretOf(config: unknown, run: RunProgram = helpers({}).run): Promise<string> {
  const text = typeof config === 'string' ? config : JSON.stringify(config);
  const readFile = filesOf({ '/config.json': text });
  const login = await dockerConfigLogin({ path: '/config.json', readFile, runProgram: run, env: {} })();
  return login.kind === 'password' ? login.password.reveal() : login.token.reveal();
}

describe('dockerConfigLogin()', () => {
  test('uses what stands in the file', async () => {
    expect(await secretOf({ auths: { 'ghcr.io': { auth: 'YTpi' }, [HUB]: INLINE } })).toBe('secret');
  });

  test('reads a file with a byte order mark', async () => {
    expect(await secretOf(`\uFEFF${JSON.stringify({ auths: { [HUB]: INLINE } })}`)).toBe('secret');
  });

  test.each([
    { [HUB]: INLINE },
    { 'ghcr.io': { auth: 'YTpi' }, 'docker.io': { ...INLINE, email: 'ci@example.com' } },
    { 'index.docker.io': { username: 'inline', password: 'secret' } },
  ])('reads the older form .dockercfg: %j', async (config) => {
    expect(await secretOf(config)).toBe('secret');
  });

  test.each([
    { 'ghcr.io': INLINE },
    { HttpHeaders: { auth: 'YTpi' } },
    { auths: {}, [HUB]: INLINE },
    { currentContext: 'x' },
    {},
  ])('finds no login in %j', async (config) => {
    await expect(secretOf(config)).rejects.toThrow('Cannot use /config.json: it has no Docker Hub login');
  });

  test('passes over an empty entry to the next spelling', async () => {
    expect(await secretOf({ auths: { [HUB]: {}, 'docker.io': INLINE } })).toBe('secret');
  });

  test('calls the helper of the registry before the helper for all, and that before the file', async () => {
    const { run, asked } = helpers({ [`own ${HUB}`]: 'own', [`all ${HUB}`]: 'all' });
    const auths = { [HUB]: INLINE };

    expect(await secretOf({ auths, credsStore: 'all', credHelpers: { 'docker.io': 'own' } }, run)).toBe(
      'own',
    );
    expect(await secretOf({ auths, credsStore: 'all', credHelpers: { 'ghcr.io': 'own' } }, run)).toBe('all');
    expect(asked).toEqual([`docker-credential-own ${HUB}`, `docker-credential-all ${HUB}`]);
  });

  test('calls no helper for a registry whose helper has the empty name', async () => {
    const config = { auths: { [HUB]: INLINE }, credsStore: 'all', credHelpers: { 'index.docker.io': '' } };

    expect(await secretOf(config, () => Promise.reject(new Error('No helper expected')))).toBe('secret');
  });

  test('calls the helper again with the name in the file', async () => {
    const { run, asked } = helpers({ 'pass docker.io': 'podman' });

    expect(await secretOf({ credHelpers: { 'docker.io': 'pass' } }, run)).toBe('podman');
    expect(asked).toEqual([`docker-credential-pass ${HUB}`, 'docker-credential-pass docker.io']);
  });

  test('does not fall back to the file where a helper has nothing, as Docker does not', async () => {
    await expect(secretOf({ auths: { [HUB]: INLINE }, credsStore: 'pass' })).rejects.toThrow(
      'docker-credential-pass has no Docker Hub login',
    );
  });

  test.each(['../evil', '/bin/sh', 'a b', 'A', '-x', '.x', 'a;b', 'a\nb', '$(x)'])(
    'does not run a helper called %j',
    async (credsStore) => {
      const run = () => Promise.reject(new Error('No helper expected'));

      await expect(secretOf({ credsStore }, run)).rejects.toThrow(
        'Cannot use /config.json: the name of its credential helper is not allowed',
      );
    },
  );

  test.each([
    ['hunter2', 'it is not JSON'],
    ['{"auths":hunter2}', 'it is not JSON'],
    ['["hunter2"]', 'it is not a JSON object'],
    ['{}', 'it has no Docker Hub login'],
    ['{"auths":["hunter2"],"credHelpers":"hunter2","credsStore":7}', 'it has no Docker Hub login'],
    ['{"auths":{"docker.io":"hunter2"}}', 'it has no Docker Hub login'],
    ['{"auths":{"docker.io.evil.com":{"auth":"YTpi"}}}', 'it has no Docker Hub login'],
  ])('rejects %j without repeating it', async (text, message) => {
    await expect(secretOf(text)).rejects.toThrow(new Error(`Cannot use /config.json: ${message}`));
  });

  test('reads the file anew at each use', async () => {
    const files = { '/c': '{"auths":{"docker.io":{"identitytoken":"old"}}}' };
    const source = { path: '/c', readFile: filesOf(files), runProgram: helpers({}).run, env: {} };
    const readLogin = dockerConfigLogin(source);
    await readLogin();

    files['/c'] = '{"auths":{"docker.io":{"identitytoken":"new"}}}';
    const login = await readLogin();

    expect(login.kind === 'identity-token' && login.token.reveal()).toBe('new');
  });
});
