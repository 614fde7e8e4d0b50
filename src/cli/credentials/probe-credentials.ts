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
import { serverOf } from './server-flags.ts';

/**
 * Creates a client of the configured hub for a command. Rejected logins are shared with the other processes of this user,
 * so that the next command does not send them again. If that is not possible, a warning goes to stderr.
 * @param log default: errors only, to stderr, as the command shows everything else itself
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
 * Probes Docker Hub once with each credential, all at the same time: two to three requests each, which cost no pulls.
 * Never rejects: a failure is the newest result of the state.
 * @returns the state of each credential after one probe, in their order
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
          // No second probe follows: the result stays valid while the command runs.
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
 * Reads each selected credential once: from Docker Hub, or from the Headroom that `--server` names.
 * @throws ConfigError if the configuration is invalid, or a selected credential does not exist
 * @throws ServerAnswerError if no Headroom responds
 */
export async function readCredentials(
  flags: CredentialFlags,
  context: CommandContext,
): Promise<readonly CredentialJson[]> {
  const server = serverOf(flags);
  if (!server) return probeAsJson(await chooseConfig(flags, context.env), context);
  return selectNamed(await fetchCredentials(server, context), flags.credential, ({ name }) => name);
}

/** Probes Docker Hub once with each credential, and converts the results to the form of Headroom's API. */
async function probeAsJson(config: Config, context: CommandContext): Promise<readonly CredentialJson[]> {
  const { clock } = context;
  const states = await probeCredentials(config, context);
  const views = states.map((state) => takeSnapshot(state, clock.now()));
  const namesInBucket = groupByBucket(views);
  return views.map((view) => toCredentialJson(view, namesInBucket(view)));
}
