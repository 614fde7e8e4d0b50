import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dockerConfigLogin } from '../../../src/config/logins/docker-config-login.ts';
import type { Program, ProgramResult } from '../../../src/config/logins/run-program.ts';
import { runProgram } from '../../../src/config/logins/run-program.ts';
import { filesOf } from '../load.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headroom-helpers-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function script(name: string, body: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
  return path;
}

function run(name: string, changes: Partial<Program> = {}): Promise<ProgramResult> {
  return runProgram({
    name,
    args: ['get'],
    stdin: 'https://index.docker.io/v1/',
    env: { PATH: `${folder}:/usr/bin:/bin` },
    timeoutMs: 15_000,
    maxStdoutBytes: 65_536,
    ...changes,
  });
}

describe('runProgram()', () => {
  test('finds a program in PATH, and gives it argument, input and environment', async () => {
    await script('docker-credential-echo', 'echo "$1 $(cat) $WORD"');

    const result = await run('docker-credential-echo', {
      env: { PATH: `${folder}:/usr/bin:/bin`, WORD: 'w; exit 3' },
    });

    expect(result).toEqual({
      kind: 'ended',
      exitCode: 0,
      stdout: 'get https://index.docker.io/v1/ w; exit 3\n',
    });
  });

  test('starts no shell', async () => {
    expect(await run('echo hello')).toEqual({ kind: 'not-started' });
    expect(await run('echo', { args: ['$(id)', '; id'] })).toMatchObject({ stdout: '$(id) ; id\n' });
  });

  test('gives the exit code of a program that fails without reading its input', async () => {
    await script('docker-credential-failing', 'echo nothing; exit 7');

    const result = await run('docker-credential-failing', { stdin: 'x'.repeat(1_000_000) });

    expect(result).toEqual({ kind: 'ended', exitCode: 7, stdout: 'nothing\n' });
  });

  test('reports that a program is not there, or may not be run', async () => {
    await writeFile(join(folder, 'docker-credential-text'), '#!/bin/sh\n', { mode: 0o644 });

    expect(await run('docker-credential-none')).toEqual({ kind: 'not-started' });
    expect(await run('docker-credential-text')).toEqual({ kind: 'not-started' });
  });

  test('ends a program that hangs, and what it started', async () => {
    const pidFile = join(folder, 'pid');
    await script(
      'docker-credential-hanging',
      `sleep 600 & echo $! > ${pidFile}.new; mv ${pidFile}.new ${pidFile}; wait`,
    );

    // The limit leaves a busy machine time to start the script.
    const result = await run('docker-credential-hanging', { timeoutMs: 2_500 });

    expect(result).toEqual({ kind: 'too-long' });
    const pid = Number(await readFile(pidFile, 'utf8'));
    await expect.poll(() => isRunning(pid)).toBe(false);
  });

  test('kills a program that ignores SIGTERM', async () => {
    const pidFile = join(folder, 'stubborn-pid');
    await script(
      'docker-credential-stubborn',
      `trap '' TERM INT HUP; echo $$ > ${pidFile}.new; mv ${pidFile}.new ${pidFile}; while :; do sleep 0.1; done`,
    );

    expect(await run('docker-credential-stubborn', { timeoutMs: 2_500 })).toEqual({ kind: 'too-long' });

    const pid = Number(await readFile(pidFile, 'utf8'));
    await expect.poll(() => isRunning(pid)).toBe(false);
  });

  test('does not wait for what a program left behind with its output open, and ends that too', async () => {
    const pidFile = join(folder, 'left-pid');
    await script('docker-credential-leaving', `sleep 600 & echo $! > ${pidFile}; echo answer`);

    expect(await run('docker-credential-leaving')).toEqual({
      kind: 'ended',
      exitCode: 0,
      stdout: 'answer\n',
    });

    const pid = Number(await readFile(pidFile, 'utf8'));
    await expect.poll(() => isRunning(pid)).toBe(false);
  });

  test('reads a program that closes its input at once', async () => {
    await script('docker-credential-deaf', 'exec 0<&-; echo answer');

    const result = await run('docker-credential-deaf', { stdin: 'x'.repeat(1_000_000) });

    expect(result).toEqual({ kind: 'ended', exitCode: 0, stdout: 'answer\n' });
  });

  test('ends a program that prints without end and ignores SIGTERM', async () => {
    const pidFile = join(folder, 'endless-pid');
    await script(
      'docker-credential-flood',
      `trap '' TERM PIPE; echo $$ > ${pidFile}; while :; do echo y; done`,
    );

    expect(await run('docker-credential-flood')).toEqual({ kind: 'too-much' });

    const pid = Number(await readFile(pidFile, 'utf8'));
    await expect.poll(() => isRunning(pid)).toBe(false);
  });

  test('ends a program that prints without end', async () => {
    await script('docker-credential-endless', 'yes');

    expect(await run('docker-credential-endless')).toEqual({ kind: 'too-much' });
  });

  test('discards the standard error of a program', async () => {
    await script('docker-credential-noisy', 'echo hunter2 >&2; echo out');

    expect(await run('docker-credential-noisy')).toEqual({ kind: 'ended', exitCode: 0, stdout: 'out\n' });
  });
});

/** A process that has ended but is not collected by its parent still has its number: state Z. */
async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !/\) [ZX] /.test(stat);
}

describe('dockerConfigLogin() with a real program', () => {
  test('signs in', async () => {
    await script(
      'docker-credential-real',
      `read -r server || true; echo "{\\"Username\\":\\"$server\\",\\"Secret\\":\\"s\\"}"`,
    );
    const readFileOf = filesOf({ '/c': '{"credsStore":"real"}' });
    const env = { PATH: `${folder}:/usr/bin:/bin` };

    const login = await dockerConfigLogin({ path: '/c', readFile: readFileOf, runProgram, env })();

    expect(login).toMatchObject({ kind: 'password', username: 'https://index.docker.io/v1/' });
  });
});
