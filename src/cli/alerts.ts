import { type Command, type CommandContext, type CommandShape, EXIT } from './command.ts';
import { type CommandTable, describeCommands, runNamed } from './command-table.ts';
import { flagRules, toggle } from './flag.ts';
import { helpText } from './help-text.ts';

/** What can be done about alerts. */
const ALERTS: CommandTable = {
  test: {
    about: 'Send a sample to a receiver, and say what it answers',
    load: async () => (await import('./alerts/test-receiver.ts')).testReceiver,
  },
};

const SHAPE: CommandShape = {
  usage: ['alerts COMMAND [FLAGS]'],
  about: `Alerts and those who are told of them.

Commands:
${describeCommands(ALERTS)}`,
  flags: flagRules({ help: toggle('Print this text, and exit', 'h') }),
  notes: () => 'Example:\n  headroom alerts test platform --config.file headroom.yml',
  commands: ALERTS,
};

/** `headroom alerts`: alerts and their receivers. Without a name there is nothing to do: every call gets the list. */
export const alerts: Command = {
  describe: () => SHAPE,
  run: (argv, context) => runNamed(ALERTS, { run: printList }, argv, context),
};

async function printList(argv: readonly string[], { stdout, stderr }: CommandContext): Promise<number> {
  const isAsked = argv.includes('--help') || argv.includes('-h');
  (isAsked ? stdout : stderr).write(await helpText(SHAPE));
  return isAsked ? EXIT.ok : EXIT.badUsage;
}
