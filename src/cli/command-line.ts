import { readFlagSyntax } from '../config/flag-syntax.ts';
import type { FlagRule } from '../config/flag-table.ts';
import type { Input, ScalarInput } from '../config/input.ts';
import type { Kind } from '../config/kinds/kind.ts';
import { looksLikeLogin } from '../config/kinds/text.ts';
import type { Problem, Report } from '../config/problem.ts';
import { REDACTED } from '../domain/secret.ts';

/** A flag of a command: how it is written, and what its value becomes. */
export interface Flag<T> {
  /** What its value is called in the help text; undefined for a flag without a value. */
  readonly value?: string;
  readonly repeatable?: boolean;
  /** One letter that stands for it. */
  readonly short?: string;
  /** What it does, for the help text. */
  readonly about: string;
  /** Reads its value; reports a problem and returns undefined when it is not allowed. */
  read?(input: Input, report: Report): T | undefined;
  /** What holds when it is not given. */
  readonly fallback: T;
}

/** The flags of a command by their names, without the dashes. */
export type FlagTable = Readonly<Record<string, Flag<unknown>>>;

/** An argument that is not a flag, such as the number in `spend 20`. It may always be left out. */
export interface Operand<T> {
  readonly kind: Kind<T & {}>;
}

/** The operands of a command in their order; the keys are their names in problems: `PULLS`. */
export type OperandTable = Readonly<Record<string, Operand<unknown>>>;

/** What the flags of a table become. */
export type FlagValues<F extends FlagTable> = {
  readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never;
};

/** What the operands of a table become; undefined for those left out. */
export type OperandValues<O extends OperandTable> = {
  readonly [K in keyof O]: (O[K] extends Operand<infer T> ? T : never) | undefined;
};

/** A command line as it was read. Where there is a problem, the fallback stands. */
export interface CommandLine<F extends FlagTable, O extends OperandTable> {
  readonly flags: FlagValues<F>;
  readonly operands: OperandValues<O>;
  /** The names of the flags that were given. */
  readonly given: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

/** A flag without a value: it is there or not. */
export function toggle(about: string, short?: string): Flag<boolean> {
  return { about, fallback: false, ...(short === undefined ? {} : { short }) };
}

/** A flag that may be left out. */
export function optionalFlag<T extends {}>(value: string, kind: Kind<T>, about: string): Flag<T | undefined> {
  return { value, about, read: (input, report) => kind.read(input, '', report), fallback: undefined };
}

/** A flag with a default, which the help text says. */
export function flagWithDefault<T extends {}>(
  value: string,
  kind: Kind<T>,
  fallback: T,
  about: string,
): Flag<T> {
  return {
    value,
    about: `${about} (default ${kind.show(fallback)})`,
    read: (input, report) => kind.read(input, '', report),
    fallback,
  };
}

/** A flag that may be given several times. */
export function repeatableFlag<T extends {}>(
  value: string,
  kind: Kind<T>,
  about: string,
): Flag<readonly T[]> {
  return {
    value,
    repeatable: true,
    about: `${about}; may be repeated`,
    read: (input, report) =>
      (input.kind === 'list' ? input.items : [input]).flatMap((item) => kind.read(item, '', report) ?? []),
    fallback: [],
  };
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
  const operands = Object.entries(tables.operands).map(([name, { kind }], i) => {
    const written = positionals[i];
    return [name, written === undefined ? undefined : kind.read(operandInput(name, written), '', report)];
  });
  problems.push(...strayArguments(positionals.slice(operandNames.length), operandNames));
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

/** The flags of a command as the help text and the syntax know them. */
export function flagRules(flags: FlagTable): readonly FlagRule[] {
  return Object.entries(flags).map(([name, { value, repeatable, short, about }]) => ({
    name,
    about,
    ...(value === undefined ? {} : { value }),
    ...(repeatable === undefined ? {} : { repeatable }),
    ...(short === undefined ? {} : { short }),
  }));
}

function operandInput(name: string, value: string): ScalarInput {
  return { kind: 'scalar', place: { kind: 'flag', flag: name }, value };
}
