import { FLAGS, parseFlags } from '../config/flags.ts';
import { type CommandContext, EXIT, type Runnable } from './command.ts';
import { describeCommands, runNamed } from './command-table.ts';
import { COMMANDS } from './commands.ts';
import { helpText } from './help-text.ts';
import { reportUnforeseen } from './unforeseen.ts';

/** `headroom` alone is `headroom serve`, but its help is about all of them. */
const unnamed: Runnable = {
  async run(argv, context) {
    if (parseFlags(argv).help) return printOverview(context);
    const { serve } = await import('./serve.ts');
    return serve.run(argv, context);
  },
};

/**
 * Runs the command that the arguments name, `serve` when they name none. An unforeseen error of any of them is reported.
 * @returns the exit code
 */
export async function runCommand(argv: readonly string[], context: CommandContext): Promise<number> {
  try {
    return await runNamed(COMMANDS, unnamed, argv, context);
  } catch (error) {
    return reportUnforeseen(error, context);
  }
}

async function printOverview({ stdout }: CommandContext): Promise<number> {
  stdout.write(
    await helpText({
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
