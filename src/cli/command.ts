import { describeFlags, type FlagRule } from '../config/flags.ts';
import { formatProblems, nearest, type Problem } from '../config/problem.ts';
import type { Clock } from '../kit/clock.ts';

/** Rows as aligned columns, two spaces apart, a line each; the last column is as wide as it needs to be. */
export function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  }
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** What the help text of a command is made of. */
interface HelpParts {
  /** The ways to call it, each without the program's name. */
  readonly usage: readonly string[];
  /** What it does, in sentences. */
  readonly about: string;
  readonly flags: readonly FlagRule[];
  /** Stands above the flags; `Flags` unless given. */
  readonly flagsTitle?: string;
  /** What else there is to know, below the flags; made only when it is to be read. */
  readonly notes?: (() => string | Promise<string>) | undefined;
}

/** The help text of a command, with a final newline. */
export async function helpText({
  usage,
  about,
  flags,
  flagsTitle = 'Flags',
  notes,
}: HelpParts): Promise<string> {
  const calls = usage.map((call, i) => `${i === 0 ? 'Usage:' : '      '} headroom ${call}`).join('\n');
  const sections = [
    calls,
    about,
    `${flagsTitle}:\n${describeFlags(flags)}`,
    ...(notes ? [await notes()] : []),
  ];
  return `${sections.join('\n\n')}\n`;
}

/** Says what is wrong with the command line, all of it at once. Returns the exit code: 2. */
export function rejectUsage(
  problems: readonly Problem[],
  { stderr }: Pick<CommandContext, 'stderr'>,
): number {
  stderr.write(`${formatProblems(problems, 'The command line')}\n`);
  return EXIT.badUsage;
}

/** Commands by their names. Each is loaded when it is called: what it does not need costs it nothing. */
export type CommandTable = Readonly<Record<string, CommandEntry>>;

/** A command as the table knows it before it is loaded. */
interface CommandEntry {
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
  if (!entry) return rejectUsage([unknownCommand(name, commands)], context);
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

/** What a command is given by `main`, and a test gives in its place. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads the standard input to its end, as UTF-8. */
  readonly readStdin: () => Promise<string>;
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly clock: Clock;
  /** At least 0, less than 1. */
  readonly random: () => number;
  /** Aborted by SIGTERM and SIGINT. */
  readonly stopSignal: AbortSignal;
  /** Calls the listener at each SIGHUP. */
  readonly onHangup: (listener: () => void) => void;
}

/** Where text goes. */
export interface TextSink {
  /** Whether a person sees it at a terminal; undefined: no. */
  readonly isTTY?: boolean | undefined;
  write(text: string): void;
}

/** Something that runs with arguments. */
export interface Runnable {
  /** Runs to its end; the result is the exit code. */
  run(argv: readonly string[], context: CommandContext): Promise<number>;
}

/** A command of `headroom`, which can say how it is called. */
export interface Command extends Runnable {
  /** What its help text, the reference and the completions of shells are made of. */
  describe(): CommandShape | Promise<CommandShape>;
}

/** How a command is called. */
export interface CommandShape extends HelpParts {
  /** What may stand behind it beside flags, where that is a closed set. */
  readonly words?: readonly string[];
  /** The commands below it. */
  readonly commands?: CommandTable;
}

/** Exit codes of `headroom`. 3 is left to commands for answers of their own. */
export const EXIT = { ok: 0, failed: 1, badUsage: 2, unforeseen: 4 } as const;

/** Settles when the signal is aborted. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
