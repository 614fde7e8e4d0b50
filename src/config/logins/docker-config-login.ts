import type { Login, ReadLogin } from '../../domain/credential.ts';
import {
  type DockerConfig,
  dockerHubKeys,
  loginOfEntry,
  parseDockerConfig,
} from '../../domain/docker-config.ts';
import { FILE_LIMITS } from '../../kit/bounded-file.ts';
import type { ReadFile } from '../files.ts';
import { readText } from '../files.ts';
import type { Environment } from '../input.ts';
import { isHelperName, runCredentialHelper } from './credential-helper.ts';
import type { RunProgram } from './run-program.ts';

/** A Docker configuration, and the functions to read its login. */
export interface DockerConfigSource {
  readonly path: string;
  readonly readFile: ReadFile;
  readonly runProgram: RunProgram;
  readonly env: Environment;
}

/** The server name that Docker's tools request from a credential helper. */
const CANONICAL_SERVER = 'https://index.docker.io/v1/';

/** Where the Docker Hub login is stored: in the file, or in a credential helper under one of these server names. */
type LoginLocation =
  | { readonly kind: 'inline'; readonly login: Login }
  | { readonly kind: 'helper'; readonly helper: string; readonly servers: readonly string[] };

/** Creates a login that is read from a Docker configuration, and its credential helper, at each use. */
export function dockerConfigLogin(source: DockerConfigSource): ReadLogin {
  return async () => {
    const found = await findLogin(source);
    if (found.kind === 'inline') return found.login;
    for (const server of found.servers) {
      const login = await runCredentialHelper(found.helper, server, source.runProgram, source.env);
      if (login) return login;
    }
    throw new Error(`docker-credential-${found.helper} has no Docker Hub login`);
  };
}

/**
 * Checks that a Docker configuration has a Docker Hub login or a credential helper for it; the helper is not run.
 * @throws Error that names the file, without secrets
 */
export async function checkDockerConfig(
  source: Pick<DockerConfigSource, 'path' | 'readFile'>,
): Promise<void> {
  await findLogin(source);
}

async function findLogin({
  path,
  readFile,
}: Pick<DockerConfigSource, 'path' | 'readFile'>): Promise<LoginLocation> {
  const text = await readText(readFile, path, FILE_LIMITS.dockerConfig);
  try {
    return locate(parseDockerConfig(text));
  } catch (error) {
    throw new Error(`Cannot use ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Finds the login in Docker's order of precedence: the helper of the registry, the default helper, then the file. */
function locate(config: DockerConfig): LoginLocation {
  const helperKey = dockerHubKeys(config.credHelpers.keys())[0];
  const keys = dockerHubKeys(config.auths.keys());
  // In Docker's format an empty name means that this registry does not use the default helper.
  const helper = helperKey === undefined ? config.credsStore : config.credHelpers.get(helperKey);
  if (helper) {
    if (!isHelperName(helper)) throw new SyntaxError('the name of its credential helper is not allowed');
    return {
      kind: 'helper',
      helper,
      servers: [...new Set([CANONICAL_SERVER, ...(helperKey ? [helperKey] : keys)])],
    };
  }
  for (const key of keys) {
    const entry = config.auths.get(key);
    const login = entry && loginOfEntry(entry);
    if (login) return { kind: 'inline', login };
  }
  throw new SyntaxError('it has no Docker Hub login');
}
