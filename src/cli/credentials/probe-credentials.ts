import type { Config } from '../../config/config.ts';
import { takeSnapshot } from '../../domain/credential-snapshot.ts';
import { advance, type CredentialState, initialState } from '../../domain/credential-state.ts';
import { createHub, type Hub } from '../../hub/create-hub.ts';
import { cacheFolder, createHoldFolder } from '../../hub/hold-folder.ts';
import { systemTimers } from '../../kit/clock.ts';
import type { Log } from '../../kit/log.ts';
import { type CredentialJson, toCredentialJson } from '../../web/api/credential-json.ts';
import { groupByBucket } from '../../web/overview/buckets.ts';
import type { CommandContext } from '../command.ts';
import { readBuildInfo } from '../host.ts';
import { createLogger } from '../logger.ts';
import { type CredentialFlags, chooseConfig, selectNamed } from './choose-config.ts';
import { fetchCredentials } from './fetch-credentials.ts';

/**
 * Creates a client of the configured hub for a command. Rejected logins are shared with the other processes of this user,
 * so that a command that is run again does not send them again; a warning goes to stderr where that is not possible.
 * @param log default: only errors, to stderr, as the command itself shows the rest
 */
export function openHub(
  { hub }: Pick<Config, 'hub'>,
  { env, clock, stderr }: Pick<CommandContext, 'env' | 'clock' | 'stderr'>,
  log: Log = createLogger({ level: 'error', format: 'logfmt' }, stderr),
): Hub {
  const holdFolder = createHoldFolder({
    path: cacheFolder(env),
    clock,
    timers: systemTimers,
    onProblem: (reason) =>
      stderr.write(
        `Warning: the next command may send this rejected login again, which can lock the account: ${reason}\n`,
      ),
  });
  const userAgent = `headroom/${readBuildInfo(env).version}`;
  return createHub({ ...hub, env, clock, log, userAgent, holdStores: [holdFolder] });
}

/**
 * Asks Docker Hub once with each credential, all at the same time: two to three requests each, none of which costs a pull.
 * Never rejects: what goes wrong is the state's newest result.
 * @returns a state for each credential, in their order, as one probe alone can tell it: `takeSnapshot()` reads it
 */
export async function probeCredentials(
  config: Pick<Config, 'hub' | 'credentials'>,
  context: Pick<CommandContext, 'env' | 'clock' | 'stderr' | 'stopSignal'>,
): Promise<readonly CredentialState[]> {
  const { clock, stopSignal } = context;
  const hub = openHub(config, context);
  try {
    return await Promise.all(
      config.credentials.map(async (credential) => {
        const startedAt = clock.monotonicMs();
        const reading = await hub.probe(credential, stopSignal);
        const observation = {
          credential: credential.identity.name,
          at: clock.now(),
          durationMs: clock.monotonicMs() - startedAt,
          // Nobody asks again: the answer is good for as long as the command runs.
          intervalMs: ONE_HOUR_MS,
          reading,
        };
        return advance(initialState(credential.identity), observation, undefined);
      }),
    );
  } finally {
    await hub.close();
  }
}

const ONE_HOUR_MS = 3_600_000;

/**
 * Asks with each wanted credential once: Docker Hub, or the Headroom that `--server` names.
 * @throws ConfigError when the configuration is bad, or a wanted credential is not known
 * @throws ServerAnswerError when no Headroom answers
 */
export async function readCredentials(
  flags: CredentialFlags,
  context: CommandContext,
): Promise<readonly CredentialJson[]> {
  if (!flags.server) return probeAsJson(await chooseConfig(flags, context.env), context);
  return selectNamed(await fetchCredentials(flags.server, context), flags.credential, ({ name }) => name);
}

/** Asks Docker Hub with each credential of a configuration once, and tells the answers as a Headroom would. */
async function probeAsJson(config: Config, context: CommandContext): Promise<readonly CredentialJson[]> {
  const { clock } = context;
  const states = await probeCredentials(config, context);
  const views = states.map((state) => takeSnapshot(state, clock.now()));
  const namesInBucket = groupByBucket(views);
  return views.map((view) => toCredentialJson(view, namesInBucket(view)));
}
