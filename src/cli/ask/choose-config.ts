import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import { parseFlags } from '../../config/flags.ts';
import { type ConfigSources, loadConfig } from '../../config/load-config.ts';
import { readBoundedFile } from '../../kit/bounded-file.ts';
import type { CommandContext } from '../command.ts';
import type { AskFlags } from './ask-flags.ts';
import { onlyWanted } from './only-wanted.ts';

type Environment = CommandContext['env'];

/** What stands for the file that `--docker-config` makes; problems are told as its. */
const OWN_FILE = '--docker-config';
/** Logins that `--docker-config` takes the place of. */
const LOGINS = ['DOCKERHUB_USERNAME', 'DOCKERHUB_PASSWORD', 'DOCKERHUB_PASSWORD_FILE'];

/**
 * The configuration that flags and environment choose, with those of its credentials that are wanted. Without flags it is
 * the one that `headroom serve` would run with.
 * @throws ConfigError when it is bad, or a wanted credential is not in it
 */
export async function chooseConfig(
  flags: Pick<AskFlags, 'config.file' | 'docker-config' | 'credential'>,
  env: Environment,
): Promise<Config> {
  const { 'config.file': file, 'docker-config': isDockers, credential } = flags;
  const config = await loadConfig(
    isDockers
      ? dockersOwn(env)
      : { flags: parseFlags(file === undefined ? [] : [`--config.file=${file}`]), env },
  );
  const credentials = onlyWanted(config.credentials, credential, ({ identity }) => identity.name);
  return { ...config, credentials };
}

/** The real reader of configurations, given a file that exists nowhere. */
function dockersOwn(env: Environment): ConfigSources {
  const folder = env.DOCKER_CONFIG || join(env.HOME || env.USERPROFILE || '.', '.docker');
  const credentials = [
    { name: 'anonymous' },
    { name: 'docker', docker_config_file: join(folder, 'config.json') },
  ];
  const withoutLogins = Object.fromEntries(Object.entries(env).filter(([name]) => !LOGINS.includes(name)));
  return {
    flags: parseFlags([]),
    env: { ...withoutLogins, HEADROOM_CONFIG_FILE: OWN_FILE },
    readFile: async (path, maxBytes) =>
      path === OWN_FILE ? JSON.stringify({ credentials }) : readBoundedFile(path, maxBytes),
  };
}
