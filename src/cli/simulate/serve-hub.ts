import type { Scenario } from '../../simulator/scenario/scenario.ts';
import { alignColumns } from '../columns.ts';
import { type Command, type CommandContext, EXIT } from '../command.ts';
import { defineCommand } from '../define-command.ts';
import { checkHubFlags, HUB_FLAGS, type HubFlags } from './hub-flags.ts';
import { runHub } from './run-hub.ts';

/**
 * `headroom simulate` itself: a Docker Hub of one's own, until SIGTERM or SIGINT.
 * @param commands those beside it, as its help text lists them
 */
export function serveHub(commands: string): Command {
  return defineCommand({
    usage: ['simulate [FLAGS]', 'simulate COMMAND [FLAGS]'],
    about: 'Runs a Docker Hub of your own: tokens, images, buckets. It needs no network and keeps nothing.',
    flags: HUB_FLAGS,
    operands: {},
    notes: async () =>
      `Examples:
  headroom simulate --account acmeci:secret
  headroom simulate --scenario office-week --virtual

Commands, for one that runs:\n${commands}\n\nScenarios:\n${await describeScenarios()}`,
    rules: ({ given }, report) => checkHubFlags(given, report),
    run: ({ flags }, context) => serve(flags, context),
  });
}

async function serve(flags: HubFlags, context: CommandContext): Promise<number> {
  if (flags.scenario === undefined) return runHub(flags, undefined, context);
  const scenario = await readScenario(flags.scenario, context);
  if (!scenario) return EXIT.badUsage;
  if (!flags.virtual) return runHub(flags, scenario, context);
  const { playVirtual } = await import('../../simulator/scenario/play-virtual.ts');
  const { describeSummary } = await import('./summary-tables.ts');
  context.stdout.write(describeSummary(playVirtual(scenario)));
  return EXIT.ok;
}

async function describeScenarios(): Promise<string> {
  const { listScenarios } = await import('../../simulator/scenario/load-scenario.ts');
  return alignColumns((await listScenarios()).map(({ name, title }) => [`  ${name}`, title]));
}

/** Returns undefined for a scenario that cannot be played, once it is said why. */
async function readScenario(nameOrPath: string, { stderr }: CommandContext): Promise<Scenario | undefined> {
  // Most simulators play none, and its reader is not small.
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
