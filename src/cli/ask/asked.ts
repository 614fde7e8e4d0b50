import { join } from 'node:path';
import { parseFlags } from '../../config/flags.ts';
import { credentialName } from '../../config/kinds/credential-name.ts';
import { filePath } from '../../config/kinds/file-path.ts';
import { webUrl } from '../../config/kinds/web-url.ts';
import { type ConfigSources, loadConfig } from '../../config/load-config.ts';
import { nearest } from '../../config/nearest.ts';
import { ConfigError, type Report } from '../../config/problem.ts';
import { viewCredential } from '../../domain/credential-view.ts';
import { foreseeView } from '../../domain/outlook.ts';
import { groupByBucket } from '../../web/bucket-members.ts';
import { type CredentialJson, toCredentialJson } from '../../web/credential-json.ts';
import type { Config } from '../../config/config.ts';
import type { CommandContext } from '../command.ts';
import { type CommandLine } from '../command-line.ts';
import { optionalFlag, repeatableFlag, toggle } from '../flag.ts';
import { createLogger } from '../logger.ts';
import { readBuildInfo } from '../package-facts.ts';
import { askHub } from './ask-hub.ts';
import { askServer } from './ask-server.ts';

/** The flags of every command that asks what is left: who asks, and whom. */
export const ASK_FLAGS = {
  'config.file': optionalFlag('FILE', filePath, 'Ask with the credentials of this configuration file'),
  'docker-config': toggle(
    "Ask with the login of your own Docker configuration ($DOCKER_CONFIG, or ~/.docker), beside the anonymous one",
  ),
  server: optionalFlag(
    'URL',
    webUrl('http://headroom:10429', { withPath: true }),
    'Ask this running Headroom, in place of Docker Hub',
  ),
  credential: repeatableFlag('NAME', credentialName, 'Only this credential'),
};

/** The part of a command line that says who is asked. */
export type AskLine = Pick<CommandLine<typeof ASK_FLAGS, Record<string, never>>, 'flags' | 'given'>;

/** Reports flags that name two places to ask. */
export function refuseTwoPlaces({ given }: Pick<AskLine, 'given'>, report: Report): void {
  const [first, ...others] = (['config.file', 'docker-config', 'server'] as const).filter((flag) => given.has(flag));
  for (const other of others) {
    report({ place: { kind: 'flag', flag: `--${other}` }, message: `Not together with --${first}` });
  }
}

/**
 * The configuration that the flags and the environment choose, with the credentials that are wanted. Without
 * `--config.file`, `HEADROOM_CONFIG_FILE` and logins in the environment count, as they do for `serve`.
 * @throws ConfigError when it is bad, or a wanted credential is not in it
 */
export async function chooseConfig({ flags }: AskLine, { env }: CommandContext): Promise<Config> {
  const config = await loadConfig(
    flags['docker-config'] ? dockersOwn(env) : { flags: withConfigFile(flags['config.file']), env },
  );
  return { ...config, credentials: wanted(config.credentials, flags.credential, ({ identity }) => identity.name) };
}

/**
 * Asks with each credential once, Docker Hub or a running Headroom.
 * @throws ConfigError as `chooseConfig` does
 * @throws ServerAnswerError when no Headroom answers at `--server`
 */
export async function askOnce(line: AskLine, context: CommandContext): Promise<readonly CredentialJson[]> {
  const { server, credential } = line.flags;
  if (server) return wanted(await askServer(server, context.stopSignal), credential, ({ name }) => name);
  return askHubOnce(await chooseConfig(line, context), context);
}

/** Asks Docker Hub with each credential of a configuration once. */
export async function askHubOnce(
  config: Config,
  { env, clock, stderr, stopSignal }: CommandContext,
): Promise<readonly CredentialJson[]> {
  const states = await askHub(config, config.credentials, {
    env,
    clock,
    log: createLogger({ level: 'error', format: 'logfmt' }, stderr),
    userAgent: `headroom/${readBuildInfo(env).version}`,
    signal: stopSignal,
  });
  const views = states.map((state) => foreseeView(viewCredential(state, clock.now()), undefined));
  const namesInBucket = groupByBucket(views);
  return views.map((view) => toCredentialJson(view, namesInBucket(view)));
}

function withConfigFile(path: string | undefined): ConfigSources['flags'] {
  return parseFlags(path === undefined ? [] : [`--config.file=${path}`]);
}

/** The real reader of configurations, given a file that exists nowhere; the environment's logins stay out of it. */
function dockersOwn(env: CommandContext['env']): ConfigSources {
  const folder = env.DOCKER_CONFIG || join(env.HOME ?? env.USERPROFILE ?? '', '.docker');
  const file = join(folder, 'config.json');
  const yaml = JSON.stringify({ credentials: [{ name: 'anonymous' }, { name: 'docker', docker_config_file: file }] });
  const { DOCKERHUB_USERNAME: _user, DOCKERHUB_PASSWORD: _, DOCKERHUB_PASSWORD_FILE: __, ...rest } = env;
  return { flags: parseFlags([]), env: { ...rest, HEADROOM_CONFIG_FILE: OWN_FILE }, readFile: readOwn(yaml) };
}
