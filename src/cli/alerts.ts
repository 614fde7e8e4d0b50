import { type Command, EXIT } from './command.ts';
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

/** There is nothing to do without a name: every call gets the list. */
const unnamed: Command = {
  async run(argv, { stdout, stderr }) {
    const isAsked = argv.includes('--help') || argv.includes('-h');
    const text = helpText({
      usage: ['alerts COMMAND [FLAGS]'],
      about: `Alerts and those who are told of them.

Commands:
${describeCommands(ALERTS)}`,
      flags: flagRules({ help: toggle('Print this text, and exit', 'h') }),
    });
    (isAsked ? stdout : stderr).write(text);
    return isAsked ? EXIT.ok : EXIT.badUsage;
  },
};

/** `headroom alerts`: alerts and their receivers. */
export const alerts: Command = {
  run: (argv, context) => runNamed(ALERTS, unnamed, argv, context),
};
