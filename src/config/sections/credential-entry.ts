import { isIP } from 'node:net';
import type { ReadLogin, Route } from '../../domain/credential.ts';
import type { Secret } from '../../kit/secret.ts';
import { passwordFileLogin, readSecretFile } from '../files.ts';
import { ipAddress } from '../kinds/address.ts';
import { oneOf } from '../kinds/choice.ts';
import { filePath } from '../kinds/file-path.ts';
import { credentialName, secretText, username } from '../kinds/text.ts';
import { checkDockerConfig, dockerConfigLogin } from '../logins/docker-config-login.ts';
import { PROXY_SETTINGS, readProxyUrl } from '../request-settings.ts';
import { reportUnusable, type Scope } from '../scope.ts';
import { mapOf, optional, type ReadMap } from '../settings.ts';
import { POLL_KINDS } from './poll.ts';

/** The keys of `credentials[].route`. */
export const ROUTE_SETTINGS = {
  local_address: optional(ipAddress),
  ip_family: optional(oneOf([4, 6])),
  ...PROXY_SETTINGS,
};

/** The keys of `credentials[]`. Only the name is required; omitted poll keys are taken from the section `poll`. */
export const CREDENTIAL_SETTINGS = {
  name: optional(credentialName),
  username: optional(username),
  password: optional(secretText),
  password_file: optional(filePath),
  docker_config_file: optional(filePath),
  route: optional(mapOf(ROUTE_SETTINGS)),
  schedule: optional(POLL_KINDS.schedule),
  timezone: optional(POLL_KINDS.timezone),
  jitter: optional(POLL_KINDS.jitter),
  timeout: optional(POLL_KINDS.timeout),
  image: optional(POLL_KINDS.image),
};

/** The result of reading an entry of `credentials`. */
export type CredentialEntry = ReadMap<typeof CREDENTIAL_SETTINGS>;

/** The result of reading the route of a credential. */
type RouteEntry = ReadMap<typeof ROUTE_SETTINGS>;

/** Creates a login whose password is in the configuration or the environment. */
function passwordLogin(username: string, password: Secret): ReadLogin {
  return () => Promise.resolve({ kind: 'password', username, password });
}

/** How a credential signs in. */
interface ConfiguredLogin {
  readonly readLogin: ReadLogin;
  /** Identifies the user in the fingerprint: `user:NAME` or `file:PATH`. */
  readonly id: string;
}

/** Reads and checks the login of a credential; undefined without a login. */
export async function readCredentialLogin(
  entry: CredentialEntry,
  scope: Scope,
): Promise<ConfiguredLogin | undefined> {
  reportLoginConflicts(entry, scope);
  const { username, password, password_file: passwordFile, docker_config_file: path } = entry.values;
  const { readFile, runProgram, env } = scope;
  if (path !== undefined) {
    const source = { path, readFile, runProgram, env };
    const input = entry.written.docker_config_file;
    await reportUnusable(scope, `${entry.key}.docker_config_file`, input, () => checkDockerConfig(source));
    return { readLogin: dockerConfigLogin(source), id: `file:${path}` };
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
  return readLogin && { readLogin, id: `user:${username}` };
}

/** Reports conflicting and missing keys. Uses the written values, so that an invalid value is not also reported as missing. */
function reportLoginConflicts({ written, key }: CredentialEntry, { report }: Scope): void {
  const { username, password, password_file: passwordFile, docker_config_file: dockerConfigFile } = written;
  if (dockerConfigFile && (username || password || passwordFile)) {
    report({
      place: dockerConfigFile.place,
      key: `${key}.docker_config_file`,
      message: 'The credential has another login',
      allowed: 'docker_config_file alone, or username with password or password_file',
    });
    return;
  }
  if (password && passwordFile) {
    report({
      place: passwordFile.place,
      key: `${key}.password_file`,
      message: 'The credential has another password',
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

/** Reads the route of a credential's requests. */
export async function readCredentialRoute(entry: RouteEntry | undefined, scope: Scope): Promise<Route> {
  if (!entry) return {};
  reportRouteConflicts(entry, scope);
  const { local_address: localAddress, ip_family: ipFamily, proxy_url_file: path } = entry.values;
  const proxyUrl = await readProxyUrl(entry, 'route', scope);
  return {
    ...(localAddress !== undefined && { localAddress }),
    ...(ipFamily !== undefined && { ipFamily }),
    ...(proxyUrl !== undefined && { proxyUrl }),
    ...(proxyUrl !== undefined && path !== undefined && { proxyKey: 'proxy_url_file' }),
  };
}

function reportRouteConflicts({ values, written, key }: RouteEntry, { report }: Scope): void {
  const { local_address: address, ip_family: family } = values;
  if (address !== undefined && family !== undefined && isIP(address) !== family && written.local_address) {
    report({
      place: written.local_address.place,
      key: `${key}.local_address`,
      message: `Not an IPv${family} address`,
      found: JSON.stringify(address),
      allowed: 'an address of the family that ip_family names',
    });
  }
}
