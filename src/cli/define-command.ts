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
  EXIT,
  helpText,
  rejectUsage,
} from './command.ts';
import { type FlagTable, type FlagValues, flagRules, toggle } from './flag.ts';

/** An argument that is not a flag, such as the number in `spend 20`. It may always be left out. */
interface Operand<T> {
  readonly kind: Kind<T & {}>;
  readonly isRepeated?: false;
}

/** The last operand of a command that takes any number of them, such as the files of `plan FILE...`. */
interface RepeatedOperand<T> {
  readonly kind: Kind<T & {}>;
  readonly isRepeated: true;
}

/** The operands of a command in their order; the keys are their names in problems: `PULLS`. */
export type OperandTable = Readonly<Record<string, Operand<unknown> | RepeatedOperand<unknown>>>;

/** What the operands of a table become; undefined for those left out, a list for those that may be repeated. */
type OperandValues<O extends OperandTable> = {
  readonly [K in keyof O]: O[K] extends RepeatedOperand<infer T>
    ? readonly T[]
    : (O[K] extends Operand<infer T> ? T : never) | undefined;
};

/** A command line as it was read. Where there is a problem, the fallback stands. */
export interface CommandLine<F extends FlagTable, O extends OperandTable> {
  readonly flags: FlagValues<F>;
  readonly operands: OperandValues<O>;
  /** The names of the flags that were given. */
  readonly given: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

/** Reads a command line by its tables. Never throws: everything that is wrong is in `problems`, all of it at once. */
export function readCommandLine<F extends FlagTable, O extends OperandTable>(
  tables: { readonly flags: F; readonly operands: O },
  argv: readonly string[],
): CommandLine<F, O> {
  const { given, values, positionals, problems: syntax } = readFlagSyntax(flagRules(tables.flags), argv);
  const problems: Problem[] = [...syntax];
  // What belongs to no file has no key: the name of the flag says all.
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

/** Problems with arguments that a command has no place for. */
export function strayArguments(
  strays: readonly string[],
  operandNames: readonly string[] = [],
): readonly Problem[] {
  const allowed = operandNames.length === 0 ? 'flags only' : `${operandNames.join(' ')} and flags`;
  return strays.map((stray) => ({
    // Behind a misspelled --account stands a password.
    place: { kind: 'flag', flag: mayBeLogin(stray) ? REDACTED : stray },
    message: 'One argument too many',
    allowed,
  }));
}

function operandInput(name: string, value: string): ScalarInput {
  return { kind: 'scalar', place: { kind: 'flag', flag: name }, value };
}

/** What a command is made of. */
export interface CommandParts<F extends FlagTable, O extends OperandTable> {
  /** The ways to call it, each without the program's name. */
  readonly usage: readonly string[];
  /** What it does, in sentences. */
  readonly about: string;
  readonly flags: F;
  /** What it takes beside flags, in order. */
  readonly operands: O;
  /** The exit code when the command line is wrong; 2 unless given. */
  readonly usageExit?: number;
  /** What else its help text says. */
  readonly notes?: () => string | Promise<string>;
  /** Reports what flags and operands have against each other. */
  readonly rules?: (line: CommandLine<F, O>, report: Report) => void;
  /** Runs it with a command line that is in order; the result is the exit code. */
  readonly run: (line: CommandLine<F, O>, context: CommandContext) => Promise<number>;
}

/** A command with `--help` and `-h`, which reports everything that is wrong with its command line before it runs. */
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
