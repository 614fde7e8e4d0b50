import type { FlagRule } from '../config/flags.ts';
import type { Input } from '../config/input.ts';
import type { Kind } from '../config/kinds/kind.ts';
import type { Report } from '../config/problem.ts';

/** A flag of a command: its syntax and the conversion of its value. */
export interface Flag<T> {
  /** The name of its value in the help text. Undefined for a flag without a value. */
  readonly value?: string;
  readonly repeatable?: boolean;
  /** The allowed values, if they are a closed set. */
  readonly choices?: readonly string[] | undefined;
  /** Its short form: one letter. */
  readonly short?: string;
  /** Describes the flag in the help text. */
  readonly about: string;
  /** Parses the value. Reports a problem and returns undefined if the value is not allowed. */
  read?(input: Input, report: Report): T | undefined;
  /** The value if the flag is not given. */
  readonly fallback: T;
}

/** The flags of a command by name, without the dashes. */
export type FlagTable = Readonly<Record<string, Flag<unknown>>>;

/** The values of the flags of a table. */
export type FlagValues<F extends FlagTable> = {
  readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never;
};

/** Creates a flag without a value: true if it is given. */
export function toggle(about: string, short?: string): Flag<boolean> {
  return { about, fallback: false, ...(short === undefined ? {} : { short }) };
}

/** Creates a flag without a default: undefined if it is not given. */
export function optionalFlag<T extends {}>(value: string, kind: Kind<T>, about: string): Flag<T | undefined> {
  return {
    value,
    choices: kind.choices,
    about,
    read: (input, report) => kind.read(input, '', report),
    fallback: undefined,
  };
}

/** Creates a flag with a default, which is appended to the help text. */
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

/** Creates a flag that may be given several times. Its value is a list. */
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
    // flatMap() would flatten a value that is a list, such as a variable with its value.
    read: (input, report) =>
      (input.kind === 'list' ? input.items : [input])
        .map((item) => kind.read(item, '', report))
        .filter((value) => value !== undefined),
    fallback: [],
  };
}

/** Returns the syntax and the help lines of the flags of a command. */
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
