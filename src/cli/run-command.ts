import { FLAGS } from '../config/flag-table.ts';
import { parseFlags } from '../config/flags.ts';
import { type Command, type CommandContext, EXIT } from './command.ts';
import { type CommandTable, describeCommands, runNamed } from './command-table.ts';
import { helpText } from './help-text.ts';

/** Every command of `headroom`. */
const COMMANDS: CommandTable = {
  serve: {
    about: 'Poll Docker Hub, export metrics and show the page; what runs without a command',
    load: async () => (await import('./serve.ts')).serve,
  },
  forecast: {
    about: 'Foresee from an exported history when a bucket runs dry, and when it is full again',
    load: async () => (await import('./forecast.ts')).forecast,
  },
  plan: {
    about: 'Count what a rollout will cost, and say whether it fits what is left',
    load: async () => (await import('./plan.ts')).plan,
  },
  simulate: {
    about: 'Run a Docker Hub of your own on this machine, and control it',
    load: async () => (await import('./simulate.ts')).simulate,
  },
  check: {
    about: 'Ask once what is left, with exit codes for Nagios and pipelines',
    load: async () => (await import('./check.ts')).check,
  },
  wait: {
    about: 'Wait until so many pulls are left, before a pipeline starts',
    load: async () => (await import('./wait.ts')).wait,
  },
  alerts: {
    about: 'Send a sample to a receiver of alerts, and see what it answers',
    load: async () => (await import('./alerts.ts')).alerts,
  },
  health: {
    about: 'Ask a running Headroom on this machine whether it is alive, for health checks',
    load: async () => (await import('./health.ts')).health,
  },
  demo: {
    about: 'Show everything on a simulated Docker Hub, without a network',
    load: async () => (await import('./demo.ts')).demo,
  },
};

/** `headroom` alone is `headroom serve`, but its help is about all of them. */
const unnamed: Command = {
  async run(argv, context) {
    if (parseFlags(argv).help) return printOverview(context);
    const { serve } = await import('./serve.ts');
    return serve.run(argv, context);
  },
};

/** Runs the command that the arguments name, `serve` when they name none. Returns the exit code. */
export function runCommand(argv: readonly string[], context: CommandContext): Promise<number> {
  return runNamed(COMMANDS, unnamed, argv, context);
}

function printOverview({ stdout }: CommandContext): number {
  stdout.write(
    helpText({
      usage: ['[COMMAND] [FLAGS]'],
      about: `How many Docker Hub pulls are left, for every credential and every network path.

Commands:
${describeCommands(COMMANDS)}`,
      flags: FLAGS,
      flagsTitle: 'Flags of serve',
    }),
  );
  return EXIT.ok;
}
