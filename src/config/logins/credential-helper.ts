import type { Login } from '../../domain/credential.ts';
import { Secret } from '../../kit/secret.ts';
import type { Environment } from '../input.ts';
import type { RunProgram } from './run-program.ts';

/** The timeout of a helper, in milliseconds. */
const TIMEOUT_MS = 10_000;
/** The maximum output of a helper. A login has some hundred bytes, an identity token some thousand. */
const MAX_STDOUT_BYTES = 65_536;
/** Allowed names: a name becomes part of a program's name and must not contain a path. */
const NAME = /^[a-z0-9][a-z0-9._-]*$/;
/** The user name that marks an identity token. */
const TOKEN_USER = '<token>';
/** What helpers print when they have no login for a server (docker/docker-credential-helpers, `credentials/error.go`). */
const NOT_FOUND = 'credentials not found in native keychain';

/** Reports whether a name is allowed as the name of a credential helper. */
export function isHelperName(name: string): boolean {
  return NAME.test(name);
}

/**
 * Runs `docker-credential-<name> get` to read the login at a server. Protocol:
 * https://github.com/docker/docker-credential-helpers: the server's URL on standard input, JSON on standard output.
 * @returns undefined if the helper has no login for this server
 * @throws Error that names the helper and does not quote its output
 */
export async function runCredentialHelper(
  name: string,
  serverUrl: string,
  run: RunProgram,
  env: Environment,
): Promise<Login | undefined> {
  const program = `docker-credential-${name}`;
  const result = await run({
    name: program,
    args: ['get'],
    stdin: serverUrl,
    env,
    timeoutMs: TIMEOUT_MS,
    maxStdoutBytes: MAX_STDOUT_BYTES,
  });
  switch (result.kind) {
    case 'not-started':
      throw new Error(`Cannot run ${program}: it is not in PATH, or not executable`);
    case 'too-long':
      throw new Error(`${program} did not answer within ${TIMEOUT_MS / 1000} s`);
    case 'too-much':
      throw new Error(`${program} printed more than ${MAX_STDOUT_BYTES} bytes`);
    case 'ended':
      if (result.exitCode === 0) return parseAnswer(result.stdout, program);
      if (result.stdout.trim() === NOT_FOUND) return undefined;
      throw new Error(
        `${program} failed${result.exitCode === undefined ? '' : ` with exit code ${result.exitCode}`}`,
      );
  }
}

function parseAnswer(stdout: string, program: string): Login | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(stdout);
  } catch {
    throw new Error(`${program} did not print JSON`);
  }
  const { Username, Secret: secret } = (answer ?? {}) as Readonly<Record<string, unknown>>;
  // docker-credential-pass 0.6.4 prints empty strings if it has no login.
  if (Username === '' && secret === '') return undefined;
  if (typeof Username !== 'string' || typeof secret !== 'string' || Username === '' || secret === '') {
    throw new Error(`${program} did not print a user name and a secret`);
  }
  if (Username === TOKEN_USER) return { kind: 'identity-token', token: new Secret(secret) };
  return { kind: 'password', username: Username, password: new Secret(secret) };
}
