import type { Config } from '../../config/config.ts';
import { takeSnapshot } from '../../domain/credential-snapshot.ts';
import { type CredentialJson, toCredentialJson } from '../../web/api/credential-json.ts';
import { groupByBucket } from '../../web/overview/buckets.ts';
import type { CommandContext } from '../command.ts';
import type { AskFlags } from './ask-flags.ts';
import { askHub } from './ask-hub.ts';
import { askServer } from './ask-server.ts';
import { chooseConfig } from './choose-config.ts';
import { onlyWanted } from './only-wanted.ts';

/**
 * Asks with each wanted credential once: Docker Hub, or the Headroom that `--server` names.
 * @throws ConfigError when the configuration is bad, or a wanted credential is not known
 * @throws ServerAnswerError when no Headroom answers
 */
export async function askOnce(flags: AskFlags, context: CommandContext): Promise<readonly CredentialJson[]> {
  if (!flags.server) return askHubOnce(await chooseConfig(flags, context.env), context);
  return onlyWanted(await askServer(flags.server, context), flags.credential, ({ name }) => name);
}

/** Asks Docker Hub with each credential of a configuration once, and tells the answers as a Headroom would. */
export async function askHubOnce(
  config: Config,
  context: CommandContext,
): Promise<readonly CredentialJson[]> {
  const { clock } = context;
  const states = await askHub(config, context);
  const views = states.map((state) => takeSnapshot(state, clock.now()));
  const namesInBucket = groupByBucket(views);
  return views.map((view) => toCredentialJson(view, namesInBucket(view)));
}
