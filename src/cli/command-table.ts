import type { Problem } from '../config/problem.ts';
import { nearest } from '../config/problem.ts';
import { alignColumns } from './columns.ts';
import type { Command, CommandContext, Runnable } from './command.ts';
import { refuseUsage } from './refuse-usage.ts';

/** Commands by their names. Each is loaded when it is called: what it does not need costs it nothing. */
export type CommandTable = Readonly<Record<string, CommandEntry>>;

/** A command as the table knows it before it is loaded. */
export interface CommandEntry {
  /** One line for the help text. */
  readonly about: string;
  readonly load: () => Promise<Command>;
}

/** Stands beside every table: `help NAME` is `NAME --help`. */
const HELP = 'help';

/** Runs the command that the first argument names, `unnamed` when it names none. Returns the exit code. */
export async function runNamed(
  commands: CommandTable,
  unnamed: Runnable,
  argv: readonly string[],
  context: CommandContext,
): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name.startsWith('-')) return unnamed.run(argv, context);
  if (name === HELP) return runNamed(commands, unnamed, [...rest, '--help'], context);
  // Only its own names: every object also has `constructor`, `toString` and others.
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!entry) return refuseUsage([unknownCommand(name, commands)], context);
  const command = await entry.load();
  return command.run(rest, context);
}

/** The commands as a help text lists them, a line each, without a final newline. */
export function describeCommands(commands: CommandTable): string {
  return alignColumns([
    ...Object.entries(commands).map(([name, { about }]) => [`  ${name}`, about]),
    [`  ${HELP}`, 'Print the help text of a command'],
  ]);
}

function unknownCommand(name: string, commands: CommandTable): Problem {
  const known = [...Object.keys(commands), HELP];
  const meant = nearest(name, known);
  return {
    place: { kind: 'flag', flag: name },
    message: meant === undefined ? 'Unknown command' : `Unknown command, did you mean ${meant}`,
    allowed: known.join(', '),
  };
}
