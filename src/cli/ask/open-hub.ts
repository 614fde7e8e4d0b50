import type { Config } from '../../config/config.ts';
import { createHub, type Hub } from '../../hub/create-hub.ts';
import { cacheFolder, createHoldFolder } from '../../hub/hold-folder.ts';
import { systemTimers } from '../../kit/clock.ts';
import type { Log } from '../../kit/log.ts';
import type { CommandContext } from '../command.ts';
import { createLogger } from '../logger.ts';
import { readBuildInfo } from '../package-facts.ts';

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
