import { readFlagSyntax } from './flag-syntax.ts';
import { FLAGS, type FlagName } from './flag-table.ts';
import type { Input } from './input.ts';
import type { Problem } from './problem.ts';

/** The command line of `headroom serve`. */
export interface Flags {
  /** `--help` or `-h`. */
  readonly help: boolean;
  readonly version: boolean;
  /** `--config.check`: load the configuration, report, and exit. */
  readonly check: boolean;
  /** Flags with a value, as written; `loadConfig()` reads them. */
  readonly values: ReadonlyMap<FlagName, Input>;
  /** Arguments that are not flags; the commands' to judge. */
  readonly positionals: readonly string[];
  /** What is wrong with the flags themselves; `loadConfig()` reports it together with everything else. */
  readonly problems: readonly Problem[];
}

/** Reads the command line after the name of the command. Never throws: what is wrong is in `problems`. */
export function parseFlags(argv: readonly string[]): Flags {
  const { given, values, positionals, problems } = readFlagSyntax<FlagName>(FLAGS, argv);
  return {
    help: given.has('help'),
    version: given.has('version'),
    check: given.has('config.check'),
    values,
    positionals,
    problems,
  };
}
