import type { Login, ReadLogin } from '../../domain/credential.ts';
import { FILE_LIMITS } from '../../kit/bounded-file.ts';
import type { ReadFile } from '../files.ts';
import { readText } from '../files.ts';
import type { Environment } from '../input.ts';
import { isHelperName, runCredentialHelper } from './credential-helper.ts';
import type { DockerConfig } from './docker-config.ts';
import { dockerHubKeys, loginOfEntry, parseDockerConfig } from './docker-config.ts';
import type { RunProgram } from './run-program.ts';

/** What a login in a Docker configuration is read with. */
export interface DockerConfigSource {
  readonly path: string;
  readonly readFile: ReadFile;
  readonly runProgram: RunProgram;
  readonly env: Environment;
}

/** The name that Docker's own tools ask a helper for. */
const CANONICAL_SERVER = 'https://index.docker.io/v1/';

/** Where the Docker Hub login is: in the file itself, or with a helper that knows it by one of these names. */
type LoginLocation =
  | { readonly kind: 'inline'; readonly login: Login }
  | { readonly kind: 'helper'; readonly helper: string; readonly servers: readonly string[] };

/** The Docker Hub login of a Docker configuration; file and helper are asked anew at each use. */
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
 * Checks that a Docker configuration leads to a Docker Hub login, as far as that can be said without running a helper.
 * @throws Error that names the file, with a message for everybody
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

/** By Docker's precedence: the registry's own helper, then the helper for all, then what stands in the file. */
function locate(config: DockerConfig): LoginLocation {
  const helperKey = dockerHubKeys(config.credHelpers.keys())[0];
  const keys = dockerHubKeys(config.auths.keys());
  // An empty name is Docker's way to say that this registry has no helper although the others have one.
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
