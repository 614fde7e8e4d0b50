import { systemTimers } from '../../kit/clock.ts';
import { createScenarioClock, playVirtual } from '../../simulator/scenario/play-scenario.ts';
import type { Scenario } from '../../simulator/scenario/scenario.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { alignColumns, type Command, type CommandContext, EXIT, whenAborted } from '../command.ts';
import { defineCommand } from '../define-command.ts';
import { createLogger } from '../logger.ts';
import { describeSimulator } from './guide.ts';
import { checkHubFlags, HUB_FLAGS, type HubFlags } from './hub-flags.ts';
import { describeSummary, playScenario } from './play-scenario.ts';
import { StartError, startHub } from './start-hub.ts';

/**
 * Runs a simulated hub, and on it a scenario if there is one, until the stop signal.
 * @returns the exit code: 1 if the hub cannot start
 */
export async function runHub(
  flags: HubFlags,
  scenario: Scenario | undefined,
  context: CommandContext,
): Promise<number> {
  const { stderr, stdout, stopSignal } = context;
  const log = createLogger({ level: flags['log.level'], format: flags['log.format'] }, stderr);
  const clock = scenario ? createScenarioClock(context.clock, scenario, flags.speed) : context.clock;
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
    playScenario({
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

/**
 * Returns the command `headroom simulate`: runs a simulated Docker Hub until SIGTERM or SIGINT.
 * @param commands the list of control commands for the help text
 */
export function serveHub(commands: string): Command {
  return defineCommand({
    usage: ['simulate [FLAGS]', 'simulate COMMAND [FLAGS]'],
    about:
      'Runs a simulated Docker Hub with tokens, images and buckets. It needs no network and stores nothing on disk.',
    flags: HUB_FLAGS,
    operands: {},
    notes: async () =>
      `Examples:
  headroom simulate --account acmeci:secret
  headroom simulate --scenario office-week --virtual

Commands for a running simulator:\n${commands}\n\nScenarios:\n${await describeScenarios()}`,
    rules: ({ given }, report) => checkHubFlags(given, report),
    run: ({ flags }, context) => serve(flags, context),
  });
}

async function serve(flags: HubFlags, context: CommandContext): Promise<number> {
  if (flags.scenario === undefined) return runHub(flags, undefined, context);
  const scenario = await readScenario(flags.scenario, context);
  if (!scenario) return EXIT.badUsage;
  if (!flags.virtual) return runHub(flags, scenario, context);
  context.stdout.write(describeSummary(playVirtual(scenario)));
  return EXIT.ok;
}

async function describeScenarios(): Promise<string> {
  const { listScenarios } = await import('../../simulator/scenario/load-scenario.ts');
  return alignColumns((await listScenarios()).map(({ name, title }) => [`  ${name}`, title]));
}

/** Loads a scenario. Prints the problems of an invalid scenario and returns undefined. */
async function readScenario(nameOrPath: string, { stderr }: CommandContext): Promise<Scenario | undefined> {
  // Loaded on demand, because most simulators play no scenario.
  const { loadScenario } = await import('../../simulator/scenario/load-scenario.ts');
  const { ScenarioError } = await import('../../simulator/scenario/problem.ts');
  try {
    return await loadScenario(nameOrPath);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    stderr.write(`${error.message}\n`);
    return undefined;
  }
}
