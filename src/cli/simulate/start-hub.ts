import type { Clock } from '../../kit/clock.ts';
import type { Log } from '../../kit/log.ts';
import { createSimulator, type Simulator } from '../../simulator/simulator.ts';
import type { CommandContext } from '../command.ts';
import type { HubFlags } from './hub-flags.ts';
import { issueTls } from './issue-tls.ts';
import { limitsOf } from './limit-flags.ts';
import { listenFailure, listenHost } from './listening.ts';
import { StartError } from './start-error.ts';

/** What a simulated hub runs by. */
export interface HubPorts {
  /** Its own clock, which may be that of a scenario. */
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Starts the simulated hub that flags describe.
 * @throws StartError when it cannot listen, or write its certificate authority
 */
export async function startHub(
  flags: HubFlags,
  { clock, log }: HubPorts,
  context: Pick<CommandContext, 'clock' | 'random'>,
): Promise<Simulator> {
  // Certificates hold in the time of their clients, whatever the scenario says.
  const tls = flags.tls ? { tls: await issueTls(flags, context.clock) } : {};
  const simulator = createSimulator({
    host: listenHost(flags.listen),
    port: flags.listen.port,
    profile: flags.profile,
    limits: limitsOf(flags.limit, flags),
    clock,
    random: context.random,
    log,
    ...tls,
  });
  for (const account of flags.account) simulator.control.addAccount(account);
  try {
    await simulator.start();
  } catch (cause) {
    throw new StartError(listenFailure(flags.listen, cause as Error), { cause });
  }
  return simulator;
}
