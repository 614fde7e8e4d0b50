import { writeFileSync } from 'node:fs';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { passwordFileLogin } from '../../src/config/files.ts';
import { dockerConfigLogin } from '../../src/config/logins/docker-config-login.ts';
import { runProgram } from '../../src/config/logins/run-program.ts';
import type { Login, ReadLogin } from '../../src/domain/credential.ts';
import { Secret } from '../../src/kit/secret.ts';
import { temporaryFolder } from '../end-to-end/temporary-folder.ts';
import { credential, login } from './fixtures.ts';
import { startSimulatedHub } from './simulated-hub.ts';

const UNAUTHORIZED = { kind: 'failed', reason: 'unauthorized' };
const METERED = { kind: 'metered' };
const readFileText = (path: string) => readFile(path, 'utf8');

/** Polls a credential whose login is read by `readLogin`. The hub accepts the user `acmeci` with the password `right`. */
async function polled(readLogin: ReadLogin) {
  const { connect, control, requests } = await startSimulatedHub();
  control.addAccount({ name: 'acmeci', password: 'right' });
  control.addAccount({ name: 'other', password: 'right' });
  const hub = connect();
  const ci = credential({ name: 'ci', readLogin });
  return { poll: () => hub.probe(ci), requests };
}

/** Creates a login that a test changes. */
function changing(first: Login) {
  let current: Login | Error = first;
  return {
    change(next: Login | Error): void {
      current = next;
    },
    async read(): Promise<Login> {
      if (current instanceof Error) throw current;
      return current;
    },
  };
}

describe('probe() while its token is valid', () => {
  test('uses the token as long as the login stays the same', async () => {
    const { poll, requests } = await polled(async () => login('acmeci', 'right'));
    await poll();
    requests();

    expect([await poll(), await poll()]).toMatchObject([METERED, METERED]);
    expect(requests()).toEqual(['HEAD 200', 'HEAD 200']);
  });

  // what changes | the next login | its reading
  test.each<[string, Login, object]>([
    ['a wrong password', login('acmeci', 'wrong'), UNAUTHORIZED],
    ['another user', login('other', 'right'), METERED],
    ['an unknown user', login('nobody', 'right'), UNAUTHORIZED],
    ['an identity token', { kind: 'identity-token', token: new Secret('unknown') }, UNAUTHORIZED],
  ])('sends %s at the next poll', async (_, next, reading) => {
    const current = changing(login('acmeci', 'right'));
    const { poll, requests } = await polled(current.read);
    const before = await poll();
    current.change(next);
    requests();

    expect([before, await poll()]).toMatchObject([METERED, reading]);
    expect(requests()[0]).toMatch(/^token/);
  });

  test('recovers at the next poll after the right password is restored', async () => {
    const current = changing(login('acmeci', 'right'));
    const { poll, requests } = await polled(current.read);
    const readings = [await poll()];
    for (const password of ['wrong', 'wrong', 'right', 'right']) {
      current.change(login('acmeci', password));
      readings.push(await poll());
    }

    expect(readings).toMatchObject([METERED, UNAUTHORIZED, UNAUTHORIZED, METERED, METERED]);
    // The wrong password was sent once.
    expect(requests().filter((request) => request === 'token 401')).toHaveLength(1);
  });

  test('reports at once that the login cannot be read, and needs no new token afterwards', async () => {
    const current = changing(login('acmeci', 'right'));
    const { poll, requests } = await polled(current.read);
    await poll();
    current.change(new Error('Cannot read /run/secrets/hub: ENOENT'));
    const gone = await poll();
    current.change(login('acmeci', 'right'));
    requests();
    const back = await poll();

    expect([gone, back]).toMatchObject([
      { kind: 'failed', reason: 'login_unreadable', detail: 'Cannot read /run/secrets/hub: ENOENT' },
      METERED,
    ]);
    expect(requests()).toEqual(['HEAD 200']);
  });
});

describe('probe() with the login in a file', () => {
  test('handles a password file that is half-written, empty and removed', async () => {
    const file = join(temporaryFolder().path, 'password');
    const readings: unknown[] = [];
    writeFileSync(file, 'right\n');
    const { poll } = await polled(passwordFileLogin('acmeci', file, readFileText));
    for (const content of ['right\n', 'ri', '', undefined, 'right']) {
      if (content === undefined) await rm(file);
      else await writeFile(file, content);
      readings.push(await poll());
    }

    const unreadable = { kind: 'failed', reason: 'login_unreadable' };
    expect(readings).toMatchObject([METERED, UNAUTHORIZED, unreadable, unreadable, METERED]);
  });

  test('reads a changed Docker configuration', async () => {
    const path = join(temporaryFolder().path, 'config.json');
    const write = (user: string, password: string) => {
      const auth = Buffer.from(`${user}:${password}`).toString('base64');
      writeFileSync(path, JSON.stringify({ auths: { 'https://index.docker.io/v1/': { auth } } }));
    };
    write('acmeci', 'right');
    const { poll } = await polled(dockerConfigLogin({ path, readFile: readFileText, runProgram, env: {} }));
    const before = await poll();
    write('acmeci', 'wrong');
    const wrong = await poll();
    write('other', 'right');

    expect([before, wrong, await poll()]).toMatchObject([METERED, UNAUTHORIZED, METERED]);
  });

  test('reads a changed login from a credential helper', async () => {
    const folder = temporaryFolder().path;
    const path = join(folder, 'config.json');
    writeFileSync(path, JSON.stringify({ credsStore: 'test' }));
    const setPassword = async (password: string) => {
      const helper = join(folder, 'docker-credential-test');
      const answer = JSON.stringify({ ServerURL: '', Username: 'acmeci', Secret: password });
      await writeFile(helper, `#!/bin/sh\ncat >/dev/null\necho '${answer}'\n`);
      await chmod(helper, 0o755);
    };
    await setPassword('right');
    const env = { PATH: `${folder}:${process.env.PATH}` };
    const { poll } = await polled(dockerConfigLogin({ path, readFile: readFileText, runProgram, env }));
    const before = await poll();
    await setPassword('wrong');
    const wrong = await poll();
    await setPassword('right');

    expect([before, wrong, await poll()]).toMatchObject([METERED, UNAUTHORIZED, METERED]);
  });
});
