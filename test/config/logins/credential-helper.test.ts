import { describe, expect, test } from 'vitest';
import { runCredentialHelper } from '../../../src/config/logins/credential-helper.ts';
import type { Program, ProgramResult } from '../../../src/config/logins/run-program.ts';

function ask(result: ProgramResult) {
  return runCredentialHelper('pass', 'https://index.docker.io/v1/', () => Promise.resolve(result), {});
}

function printed(stdout: string, exitCode = 0): ProgramResult {
  return { kind: 'ended', exitCode, stdout };
}

describe('runCredentialHelper()', () => {
  test('calls the helper as Docker does', async () => {
    const asked: Program[] = [];
    const run = (program: Program) => {
      asked.push(program);
      return Promise.resolve(printed('{"Username":"u","Secret":"s"}'));
    };

    await runCredentialHelper('pass', 'https://index.docker.io/v1/', run, { HOME: '/home/ci' });

    expect(asked).toEqual([
      {
        name: 'docker-credential-pass',
        args: ['get'],
        stdin: 'https://index.docker.io/v1/',
        env: { HOME: '/home/ci' },
        timeoutMs: 10_000,
        maxStdoutBytes: 65_536,
      },
    ]);
  });

  test('reads a password', async () => {
    const login = await ask(printed('{"ServerURL":"x","Username":"acme","Secret":"hunter2"}\n'));

    expect(login?.kind === 'password' && [login.username, login.password.reveal()]).toEqual([
      'acme',
      'hunter2',
    ]);
  });

  test('reads an identity token', async () => {
    const login = await ask(printed('{"Username":"<token>","Secret":"t"}'));

    expect(login?.kind === 'identity-token' && login.token.reveal()).toBe('t');
  });

  test.each([
    ['the usual words', printed('credentials not found in native keychain\n', 1)],
    [
      'an empty login, as docker-credential-pass 0.6.4',
      printed('{"ServerURL":"x","Username":"","Secret":""}\n'),
    ],
  ])('takes for no login %s', async (_what, result) => {
    expect(await ask(result)).toBeUndefined();
  });

  test.each<[result: ProgramResult, message: string]>([
    [printed('error: hunter2', 1), 'docker-credential-pass failed with exit code 1'],
    [{ kind: 'ended', exitCode: undefined, stdout: '' }, 'docker-credential-pass failed'],
    [printed('hunter2'), 'docker-credential-pass did not print JSON'],
    [printed('null'), 'docker-credential-pass did not print a user name and a secret'],
    [printed('{"Username":"acme"}'), 'docker-credential-pass did not print a user name and a secret'],
    [
      printed('{"Username":"","Secret":"hunter2"}'),
      'docker-credential-pass did not print a user name and a secret',
    ],
    [{ kind: 'not-started' }, 'Cannot run docker-credential-pass: it is not in PATH, or not executable'],
    [{ kind: 'too-long' }, 'docker-credential-pass did not answer within 10 s'],
    [{ kind: 'too-much' }, 'docker-credential-pass printed more than 65536 bytes'],
  ])('rejects %j without repeating it', async (result, message) => {
    await expect(ask(result)).rejects.toThrow(new Error(message));
  });
});
