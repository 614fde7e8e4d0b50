import type { ReadLogin } from '../domain/login.ts';
import type { CredentialEntry } from './credential-settings.ts';
import { checkDockerConfig, dockerConfigLogin } from './logins/docker-config-login.ts';
import { passwordLogin } from './logins/password.ts';
import { passwordFileLogin, readSecretFile } from './logins/password-file.ts';
import type { Scope } from './scope.ts';
import { reportUnusable } from './scope.ts';

/** How a credential signs in. */
export interface ConfiguredLogin {
  readonly readLogin: ReadLogin;
  /** Who it is, for the fingerprint: the user, or the file that knows the user. */
  readonly who: string;
}

/** Reads how a credential signs in, and checks that it could; undefined for the anonymous one. */
export async function readCredentialLogin(
  entry: CredentialEntry,
  scope: Scope,
): Promise<ConfiguredLogin | undefined> {
  reportConflicts(entry, scope);
  const { username, password, password_file: passwordFile, docker_config_file: path } = entry.values;
  const { readFile, runProgram, env } = scope;
  if (path !== undefined) {
    const source = { path, readFile, runProgram, env };
    const input = entry.written.docker_config_file;
    await reportUnusable(scope, `${entry.key}.docker_config_file`, input, () => checkDockerConfig(source));
    return { readLogin: dockerConfigLogin(source), who: `file:${path}` };
  }
  if (passwordFile !== undefined) {
    const check = () => readSecretFile(passwordFile, readFile);
    await reportUnusable(scope, `${entry.key}.password_file`, entry.written.password_file, check);
  }
  if (username === undefined) return undefined;
  const readLogin =
    passwordFile === undefined
      ? password && passwordLogin(username, password)
      : passwordFileLogin(username, passwordFile, readFile);
  return readLogin && { readLogin, who: `user:${username}` };
}

/** Only what was written counts, so that a wrong value is not also reported as a missing one. */
function reportConflicts({ written, key }: CredentialEntry, { report }: Scope): void {
  const { username, password, password_file: passwordFile, docker_config_file: dockerConfigFile } = written;
  if (dockerConfigFile && (username || password || passwordFile)) {
    report({
      place: dockerConfigFile.place,
      key: `${key}.docker_config_file`,
      message: 'The credential has a login beside this one',
      allowed: 'docker_config_file alone, or username with password or password_file',
    });
    return;
  }
  if (password && passwordFile) {
    report({
      place: passwordFile.place,
      key: `${key}.password_file`,
      message: 'The credential has a password beside this one',
      allowed: 'password or password_file',
    });
  }
  const secret = password ?? passwordFile;
  if (username && !secret) {
    const allowed = 'username with password or password_file';
    report({ place: username.place, key: `${key}.username`, message: 'The password is missing', allowed });
  }
  if (secret && !username) {
    const name = password ? 'password' : 'password_file';
    report({
      place: secret.place,
      key: `${key}.${name}`,
      message: 'The username is missing',
      allowed: `username with ${name}`,
    });
  }
}
