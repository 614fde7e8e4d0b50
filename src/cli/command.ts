import { describeFlags, type FlagRule } from '../config/flags.ts';
import { formatProblems, nearest, type Problem } from '../config/problem.ts';
import type { Clock } from '../kit/clock.ts';

/** Formats rows as aligned columns with two spaces between them, one line per row, without trailing spaces. */
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

/** Pads the columns from the index `first` on at their left, for numbers. */
export function rightAlign(rows: readonly (readonly string[])[], first: number): string[][] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) => row.map((cell, i) => (i < first ? cell : cell.padStart(widths[i] ?? 0))));
}

/** Colours a text, or returns it unchanged if colours are off. */
export type Paint = (tone: PaintTone, text: string) => string;

/** The meaning of a colour. */
export type PaintTone = keyof typeof CODES;

/** Parameters of Select Graphic Rendition (ECMA-48, section 8.3.117). */
const CODES = { good: '1;32', warn: '1;33', bad: '1;31', neutral: '1', faint: '2' } as const;

/** Returns a function that colours text if the destination is a terminal and `NO_COLOR` is not set (https://no-color.org). */
export function choosePaint(
  { isTTY }: TextSink,
  { NO_COLOR, TERM }: Readonly<Record<string, string | undefined>>,
): Paint {
  const isColoured = isTTY === true && !NO_COLOR && TERM !== 'dumb';
  return isColoured ? (tone, text) => `\u001b[${CODES[tone]}m${text}\u001b[0m` : (_, text) => text;
}

/** The parts of the help text of a command. */
interface HelpParts {
  /** The forms of the command line, each without the program's name. */
  readonly usage: readonly string[];
  /** Describes the command in sentences. */
  readonly about: string;
  readonly flags: readonly FlagRule[];
  /** The heading of the list of flags. Default: `Flags`. */
  readonly flagsTitle?: string;
  /** Returns the text below the flags. Called only when the help text is printed. */
  readonly notes?: (() => string | Promise<string>) | undefined;
}

/** Formats the help text of a command, with a final newline. */
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

/** Writes every problem of a command line to stderr. Returns the exit code 2. */
export function rejectUsage(
  problems: readonly Problem[],
  { stderr }: Pick<CommandContext, 'stderr'>,
): number {
  stderr.write(`${formatProblems(problems, 'The command line')}\n`);
  return EXIT.badUsage;
}

/** Commands by name. A command is loaded when it is called, so that it starts without the modules of the others. */
export type CommandTable = Readonly<Record<string, CommandEntry>>;

/** A command that is not loaded yet. */
interface CommandEntry {
  /** One line that describes the command, for the help text. */
  readonly about: string;
  readonly load: () => Promise<Command>;
}

/** The command that every table has: `help NAME` does the same as `NAME --help`. */
const HELP = 'help';

/**
 * Runs the command that the first argument names.
 * @param unnamed runs if there is no argument or the first one is a flag
 * @returns the exit code; 2 for an unknown command
 */
export async function runNamed(
  commands: CommandTable,
  unnamed: Runnable,
  argv: readonly string[],
  context: CommandContext,
): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name.startsWith('-')) return unnamed.run(argv, context);
  if (name === HELP) return runNamed(commands, unnamed, [...rest, '--help'], context);
  // Inherited names such as `constructor` and `toString` are not commands.
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!entry) return rejectUsage([unknownCommand(name, commands)], context);
  const command = await entry.load();
  return command.run(rest, context);
}

/** Formats commands for a help text, one per line, without a final newline. */
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

/** The environment of a command: provided by `main()`, or by a test. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads the standard input to its end, decoded as UTF-8. */
  readonly readStdin: () => Promise<string>;
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly clock: Clock;
  /** Returns a random number of at least 0 and less than 1. */
  readonly random: () => number;
  /** Aborted by SIGTERM and SIGINT. */
  readonly stopSignal: AbortSignal;
  /** Registers a listener that is called at each SIGHUP. */
  readonly onHangup: (listener: () => void) => void;
}

/** A destination of text, such as `process.stdout`. */
export interface TextSink {
  /** Whether the destination is a terminal. Undefined means no. */
  readonly isTTY?: boolean | undefined;
  write(text: string): void;
}

/** A program part that runs with command-line arguments. */
export interface Runnable {
  /** Runs to completion and returns the exit code. */
  run(argv: readonly string[], context: CommandContext): Promise<number>;
}

/** A command of `headroom`, with its description. */
export interface Command extends Runnable {
  /** Returns the source of the help text, of docs/commands.md and of the completion scripts. */
  describe(): CommandShape | Promise<CommandShape>;
}

/** The command line of a command. */
export interface CommandShape extends HelpParts {
  /** The allowed values of its operand, if they are a closed set. */
  readonly words?: readonly string[];
  /** Its subcommands. */
  readonly commands?: CommandTable;
}

/** Exit codes of `headroom`. Commands may give 3 a meaning of their own. */
export const EXIT = { ok: 0, failed: 1, badUsage: 2, unforeseen: 4 } as const;

/** Resolves when the signal is aborted. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
