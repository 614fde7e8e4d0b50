import { writeFile } from 'node:fs/promises';
import type { Clock } from '../../kit/clock.ts';
import type { Log } from '../../kit/log.ts';
import { issueServerCertificate } from '../../simulator/certificate-authority.ts';
import type { TlsMaterial } from '../../simulator/serving/listener.ts';
import { createSimulator, type Simulator } from '../../simulator/simulator.ts';
import type { CommandContext } from '../command.ts';
import { limitsOf } from './bucket-flags.ts';
import { listenFailure, listenHost } from './guide.ts';
import type { HubFlags } from './hub-flags.ts';

/** Thrown if a simulator cannot start. The message is for the user. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/**
 * Creates the certificate of a simulator for its host and `--tls-name`, and writes its authority to `--tls-ca-file`.
 * @throws StartError if the authority cannot be written
 */
async function issueTls(flags: HubFlags, clock: Clock): Promise<TlsMaterial> {
  const { host } = flags.listen;
  const names = [...flags['tls-name'], ...(host === undefined ? [] : [host])];
  const { authority, certificate, key } = await issueServerCertificate(clock.now(), names);
  const file = flags['tls-ca-file'];
  try {
    if (file !== undefined) await writeFile(file, authority);
  } catch (cause) {
    throw new StartError(`Cannot write the certificate authority: ${(cause as Error).message}`, { cause });
  }
  return { certificate, key };
}

/** Clock and log of a simulated hub. */
interface HubPorts {
  /** The clock of the hub, which may be that of a scenario. */
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Starts a simulated hub with the options of flags.
 * @throws StartError if it cannot listen, or cannot write its certificate authority
 */
export async function startHub(
  flags: HubFlags,
  { clock, log }: HubPorts,
  context: Pick<CommandContext, 'clock' | 'random'>,
): Promise<Simulator> {
  // Clients check certificates with the real time, not that of the scenario.
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
