import type { Config } from '../../config/config.ts';
import { createHub, type Hub } from '../../hub/create-hub.ts';
import type { CommandContext } from '../command.ts';
import { createLogger } from '../logger.ts';
import { readBuildInfo } from '../package-facts.ts';

/** A client of the configured hub for a command; only errors are logged, as the command itself tells the rest. */
export function openHub(
  { hub }: Pick<Config, 'hub'>,
  { env, clock, stderr }: Pick<CommandContext, 'env' | 'clock' | 'stderr'>,
): Hub {
  const log = createLogger({ level: 'error', format: 'logfmt' }, stderr);
  return createHub({ ...hub, env, clock, log, userAgent: `headroom/${readBuildInfo(env).version}` });
}
