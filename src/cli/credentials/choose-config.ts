import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import { parseFlags } from '../../config/flags.ts';
import { filePath } from '../../config/kinds/file-path.ts';
import { credentialName } from '../../config/kinds/text.ts';
import { type ConfigSources, loadConfig } from '../../config/load-config.ts';
import { ConfigError, nearest, type Report } from '../../config/problem.ts';
import { readBoundedFile } from '../../kit/bounded-file.ts';
import type { CommandContext } from '../command.ts';
import { type FlagValues, optionalFlag, repeatableFlag, toggle } from '../flag.ts';
import { checkServerFlags, SERVER_FLAGS } from './server-flags.ts';

/** The flags that choose the credentials of this machine. */
export const OWN_CREDENTIAL_FLAGS = {
  'config.file': optionalFlag('FILE', filePath, 'Use the credentials of this configuration file'),
  'docker-config': toggle(
    'Use the login of your own Docker configuration ($DOCKER_CONFIG or ~/.docker), and no login',
  ),
  credential: repeatableFlag('NAME', credentialName, 'Only this credential'),
};

/** The flags of the commands that read remaining pulls: which credentials, and from where. */
export const CREDENTIAL_FLAGS = {
  ...OWN_CREDENTIAL_FLAGS,
  ...SERVER_FLAGS,
  server: { ...SERVER_FLAGS.server, about: 'Request this running Headroom instead of Docker Hub' },
};

/** The values of these flags. */
export type CredentialFlags = FlagValues<typeof CREDENTIAL_FLAGS>;

/** Reports flags that name more than one source of credentials, and an incomplete login at a running Headroom. */
export function checkSources(given: ReadonlySet<string>, report: Report): void {
  checkServerFlags(given, report);
  const [first, ...others] = ['config.file', 'docker-config', 'server'].filter((flag) => given.has(flag));
  for (const other of others) {
    report({ place: { kind: 'flag', flag: `--${other}` }, message: `Not together with --${first}` });
  }
}

/**
 * Selects the items that `--credential` names, in the order of `all`. Returns all items if it names none.
 * @throws ConfigError with a problem for each unknown name
 */
export function selectNamed<T>(
  all: readonly T[],
  wanted: readonly string[],
  nameOf: (one: T) => string,
): readonly T[] {
  if (wanted.length === 0) return all;
  const names = all.map(nameOf);
  const strangers = wanted.filter((name) => !names.includes(name));
  if (strangers.length > 0) throw new ConfigError(strangers.map((name) => strangerProblem(name, names)));
  return all.filter((one) => wanted.includes(nameOf(one)));
}

function strangerProblem(name: string, names: readonly string[]): ConfigError['problems'][number] {
  const meant = nearest(name, names);
  return {
    place: { kind: 'flag', flag: '--credential' },
    message: `No such credential${meant === undefined ? '' : `, did you mean ${meant}`}`,
    found: name,
    allowed: names.join(', '),
  };
}

type Environment = CommandContext['env'];

/** The name of the generated configuration of `--docker-config` in error messages. */
const DOCKER_CONFIG_FILE = '--docker-config';
/** Environment variables of logins, which `--docker-config` replaces. */
const LOGINS = ['DOCKERHUB_USERNAME', 'DOCKERHUB_PASSWORD', 'DOCKERHUB_PASSWORD_FILE'];

/**
 * Loads the configuration that flags and environment choose, with the credentials that `--credential` names. Without flags
 * it is the configuration of `headroom serve`.
 * @throws ConfigError if it is invalid, or has no credential of a given name
 */
export async function chooseConfig(
  flags: Pick<CredentialFlags, 'config.file' | 'docker-config' | 'credential'>,
  env: Environment,
): Promise<Config> {
  const { 'config.file': file, 'docker-config': isDockers, credential } = flags;
  const config = await loadConfig(
    isDockers
      ? dockerConfigSources(env)
      : { flags: parseFlags(file === undefined ? [] : [`--config.file=${file}`]), env },
  );
  const credentials = selectNamed(config.credentials, credential, ({ identity }) => identity.name);
  return { ...config, credentials };
}

/** Returns a generated configuration with the login of the user's Docker configuration and the anonymous credential. */
function dockerConfigSources(env: Environment): ConfigSources {
  const folder = env.DOCKER_CONFIG || join(env.HOME || env.USERPROFILE || '.', '.docker');
  const credentials = [
    { name: 'anonymous' },
    { name: 'docker', docker_config_file: join(folder, 'config.json') },
  ];
  const withoutLogins = Object.fromEntries(Object.entries(env).filter(([name]) => !LOGINS.includes(name)));
  return {
    flags: parseFlags([]),
    env: { ...withoutLogins, HEADROOM_CONFIG_FILE: DOCKER_CONFIG_FILE },
    readFile: async (path, maxBytes) =>
      path === DOCKER_CONFIG_FILE ? JSON.stringify({ credentials }) : readBoundedFile(path, maxBytes),
  };
}
