import { readFlagSyntax } from '../config/flags.ts';
import type { ScalarInput } from '../config/input.ts';
import type { Kind } from '../config/kinds/kind.ts';
import { mayBeLogin } from '../config/kinds/text.ts';
import type { Problem, Report } from '../config/problem.ts';
import { REDACTED } from '../kit/secret.ts';
import {
  type Command,
  type CommandContext,
  type CommandShape,
  type CommandTable,
  describeCommands,
  EXIT,
  helpText,
  rejectUsage,
  runNamed,
} from './command.ts';
import { type FlagTable, type FlagValues, flagRules, toggle } from './flag.ts';

/** An argument that is not a flag, such as the number in `spend 20`. Always optional. */
interface Operand<T> {
  readonly kind: Kind<T & {}>;
  readonly isRepeated?: false;
}

/** The last operand of a command that accepts any number of them, such as the files of `plan FILE...`. */
interface RepeatedOperand<T> {
  readonly kind: Kind<T & {}>;
  readonly isRepeated: true;
}

/** The operands of a command in their order. The keys are their names in error messages: `PULLS`. */
export type OperandTable = Readonly<Record<string, Operand<unknown> | RepeatedOperand<unknown>>>;

/** The values of the operands of a table: undefined for a missing operand, a list for a repeated one. */
type OperandValues<O extends OperandTable> = {
  readonly [K in keyof O]: O[K] extends RepeatedOperand<infer T>
    ? readonly T[]
    : (O[K] extends Operand<infer T> ? T : never) | undefined;
};

/** A parsed command line. A flag with a problem has its fallback value. */
export interface CommandLine<F extends FlagTable, O extends OperandTable> {
  readonly flags: FlagValues<F>;
  readonly operands: OperandValues<O>;
  /** The names of the flags that were given. */
  readonly given: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

/** Parses a command line by its tables. Never throws: `problems` holds every error. */
export function readCommandLine<F extends FlagTable, O extends OperandTable>(
  tables: { readonly flags: F; readonly operands: O },
  argv: readonly string[],
): CommandLine<F, O> {
  const { given, values, positionals, problems: syntax } = readFlagSyntax(flagRules(tables.flags), argv);
  const problems: Problem[] = [...syntax];
  // The name of the flag identifies the place; there is no configuration key.
  const report: Report = ({ key: _, ...problem }) => void problems.push(problem);

  const flags = Object.entries(tables.flags).map(([name, flag]) => {
    const input = values.get(name);
    if (!flag.read) return [name, given.has(name)];
    return [name, (input && flag.read(input, report)) ?? flag.fallback];
  });
  const operandNames = Object.keys(tables.operands);
  const operands = Object.entries(tables.operands).map(([name, { kind, isRepeated }], i) => {
    const readOne = (written: string) => kind.read(operandInput(name, written), '', report);
    if (isRepeated) {
      const all = positionals.slice(i).map(readOne);
      return [name, all.filter((value) => value !== undefined)];
    }
    const written = positionals[i];
    return [name, written === undefined ? undefined : readOne(written)];
  });
  const takesAll = Object.values(tables.operands).some(({ isRepeated }) => isRepeated);
  problems.push(...strayArguments(takesAll ? [] : positionals.slice(operandNames.length), operandNames));
  return {
    flags: Object.fromEntries(flags) as FlagValues<F>,
    operands: Object.fromEntries(operands) as OperandValues<O>,
    given,
    problems,
  };
}

/** Returns a problem for each surplus argument. */
export function strayArguments(
  strays: readonly string[],
  operandNames: readonly string[] = [],
): readonly Problem[] {
  const allowed = operandNames.length === 0 ? 'flags only' : `${operandNames.join(' ')} and flags`;
  return strays.map((stray) => ({
    // The argument after a misspelled --account contains a password.
    place: { kind: 'flag', flag: mayBeLogin(stray) ? REDACTED : stray },
    message: 'One argument too many',
    allowed,
  }));
}

function operandInput(name: string, value: string): ScalarInput {
  return { kind: 'scalar', place: { kind: 'flag', flag: name }, value };
}

/** The definition of a command. */
export interface CommandParts<F extends FlagTable, O extends OperandTable> {
  /** The forms of the command line, each without the program's name. */
  readonly usage: readonly string[];
  /** Describes the command in sentences. */
  readonly about: string;
  readonly flags: F;
  /** Its arguments that are not flags, in order. */
  readonly operands: O;
  /** The exit code for a wrong command line. Default: 2. */
  readonly usageExit?: number;
  /** Returns the text below the flags in the help text. */
  readonly notes?: () => string | Promise<string>;
  /** Reports flags and operands that contradict each other. */
  readonly rules?: (line: CommandLine<F, O>, report: Report) => void;
  /** Runs the command with a valid command line and returns the exit code. */
  readonly run: (line: CommandLine<F, O>, context: CommandContext) => Promise<number>;
}

/** Creates a command with `--help` and `-h`. It reports every problem of its command line before it runs. */
export function defineCommand<const F extends FlagTable, const O extends OperandTable>(
  parts: CommandParts<F, O>,
): Command {
  const flags = { ...parts.flags, help: toggle('Print this text, and exit', 'h') };
  const { usage, about } = parts;
  const words = Object.values(parts.operands).flatMap(({ kind }) => kind.choices ?? []);
  const shape: CommandShape = { usage, about, flags: flagRules(flags), notes: parts.notes, words };
  return {
    describe: () => shape,
    async run(argv, context) {
      const line = readCommandLine({ flags, operands: parts.operands }, argv);
      if (line.given.has('help')) {
        context.stdout.write(await helpText(shape));
        return EXIT.ok;
      }
      const problems: Problem[] = [...line.problems];
      parts.rules?.(line, (problem) => void problems.push(problem));
      if (problems.length === 0) return parts.run(line, context);
      rejectUsage(problems, context);
      return parts.usageExit ?? EXIT.badUsage;
    },
  };
}

/** The definition of a command that only has subcommands. */
export interface GroupParts {
  readonly name: string;
  /** Describes the subcommands in a sentence. */
  readonly about: string;
  /** Returns the text below the flags in the help text. */
  readonly notes: () => string;
  readonly commands: CommandTable;
}

/** Creates a command with subcommands. Without one it prints the list of them on stderr and returns the exit code 2. */
export function defineGroup({ name, about, notes, commands }: GroupParts): Command {
  const shape: CommandShape = {
    usage: [`${name} COMMAND [FLAGS]`],
    about: `${about}\n\nCommands:\n${describeCommands(commands)}`,
    flags: flagRules({ help: toggle('Print this text, and exit', 'h') }),
    notes,
    commands,
  };
  async function printList(argv: readonly string[], { stdout, stderr }: CommandContext): Promise<number> {
    const isRequested = argv.includes('--help') || argv.includes('-h');
    (isRequested ? stdout : stderr).write(await helpText(shape));
    return isRequested ? EXIT.ok : EXIT.badUsage;
  }
  return {
    describe: () => shape,
    run: (argv, context) => runNamed(commands, { run: printList }, argv, context),
  };
}
