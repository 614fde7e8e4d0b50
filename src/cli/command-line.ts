import { readFlagSyntax } from '../config/flags.ts';
import type { ScalarInput } from '../config/input.ts';
import type { Kind } from '../config/kinds/kind.ts';
import { looksLikeLogin } from '../config/kinds/text.ts';
import type { Problem, Report } from '../config/problem.ts';
import { REDACTED } from '../kit/secret.ts';
import { type FlagTable, type FlagValues, flagRules } from './flag.ts';

/** An argument that is not a flag, such as the number in `spend 20`. It may always be left out. */
export interface Operand<T> {
  readonly kind: Kind<T & {}>;
  readonly isRepeated?: false;
}

/** The last operand of a command that takes any number of them, such as the files of `plan FILE...`. */
export interface RepeatedOperand<T> {
  readonly kind: Kind<T & {}>;
  readonly isRepeated: true;
}

/** The operands of a command in their order; the keys are their names in problems: `PULLS`. */
export type OperandTable = Readonly<Record<string, Operand<unknown> | RepeatedOperand<unknown>>>;

/** What the operands of a table become; undefined for those left out, a list for those that may be repeated. */
export type OperandValues<O extends OperandTable> = {
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
    place: { kind: 'flag', flag: looksLikeLogin(stray) ? REDACTED : stray },
    message: 'One argument too many',
    allowed,
  }));
}

function operandInput(name: string, value: string): ScalarInput {
  return { kind: 'scalar', place: { kind: 'flag', flag: name }, value };
}
