import type { FlagRule } from '../config/flags.ts';
import type { Input } from '../config/input.ts';
import type { Kind } from '../config/kinds/kind.ts';
import type { Report } from '../config/problem.ts';

/** A flag of a command: how it is written, and what its value becomes. */
export interface Flag<T> {
  /** What its value is called in the help text; undefined for a flag without a value. */
  readonly value?: string;
  readonly repeatable?: boolean;
  /** Every value there is, where that is a closed set. */
  readonly choices?: readonly string[] | undefined;
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

/** What the flags of a table become. */
export type FlagValues<F extends FlagTable> = {
  readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never;
};

/** A flag without a value: it is there or not. */
export function toggle(about: string, short?: string): Flag<boolean> {
  return { about, fallback: false, ...(short === undefined ? {} : { short }) };
}

/** A flag that may be left out. */
export function optionalFlag<T extends {}>(value: string, kind: Kind<T>, about: string): Flag<T | undefined> {
  return {
    value,
    choices: kind.choices,
    about,
    read: (input, report) => kind.read(input, '', report),
    fallback: undefined,
  };
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
    choices: kind.choices,
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
    choices: kind.choices,
    repeatable: true,
    about: `${about}; may be repeated`,
    // Not flatMap(): a value may be a list itself, such as a variable with its value.
    read: (input, report) =>
      (input.kind === 'list' ? input.items : [input])
        .map((item) => kind.read(item, '', report))
        .filter((value) => value !== undefined),
    fallback: [],
  };
}

/** The flags of a command as the help text and the syntax know them. */
export function flagRules(flags: FlagTable): readonly FlagRule[] {
  return Object.entries(flags).map(([name, { value, repeatable, short, choices, about }]) => ({
    name,
    about,
    ...(value === undefined ? {} : { value }),
    ...(repeatable === undefined ? {} : { repeatable }),
    ...(short === undefined ? {} : { short }),
    ...(choices === undefined ? {} : { choices }),
  }));
}
