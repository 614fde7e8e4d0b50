import { systemTimers } from '../../kit/clock.ts';
import { createStageClock } from '../../simulator/scenario/play-live.ts';
import type { Scenario } from '../../simulator/scenario/scenario.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { type CommandContext, EXIT, whenAborted } from '../command.ts';
import { createLogger } from '../logger.ts';
import { describeSimulator } from './guide.ts';
import type { HubFlags } from './hub-flags.ts';
import { performScenario } from './perform-scenario.ts';
import { StartError } from './start-error.ts';
import { startHub } from './start-hub.ts';

/**
 * Runs a simulated hub until the stop signal, and on it a scenario.
 * @returns the exit code: 1 when it cannot start
 */
export async function runHub(
  flags: HubFlags,
  scenario: Scenario | undefined,
  context: CommandContext,
): Promise<number> {
  const { stderr, stdout, stopSignal } = context;
  const log = createLogger({ level: flags['log.level'], format: flags['log.format'] }, stderr);
  const clock = scenario ? createStageClock(context.clock, scenario, flags.speed) : context.clock;
  let simulator: Simulator;
  try {
    simulator = await startHub(flags, { clock, log }, context);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    stderr.write(`${error.message}\n`);
    return EXIT.failed;
  }
  const performance =
    scenario &&
    performScenario({
      scenario,
      hub: simulator,
      clock,
      speed: flags.speed,
      timers: systemTimers,
      log,
      stdout,
    });
  const { url, control } = simulator;
  stdout.write(describeSimulator({ url, control, caFile: flags['tls-ca-file'] }));
  await whenAborted(stopSignal);
  await performance?.stop();
  await simulator.stop();
  return EXIT.ok;
}
