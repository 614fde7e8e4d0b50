import { parseArgs } from 'node:util';
import type { FlagName, FlagRule } from './flag-table.ts';
import { FLAGS } from './flag-table.ts';
import type { Input, ScalarInput } from './input.ts';
import { nearest } from './nearest.ts';
import type { Place } from './place.ts';
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

interface FlagToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
}

/** Reads the command line after the name of the command. Never throws: what is wrong is in `problems`. */
export function parseFlags(argv: readonly string[]): Flags {
  const { tokens, positionals } = parseArgs({
    args: separateFlags(argv),
    options: {
      ...Object.fromEntries(
        FLAGS.map((flag: FlagRule) => [flag.name, { type: flag.value === undefined ? 'boolean' : 'string' }]),
      ),
      help: { type: 'boolean', short: 'h' },
    },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given = tokens.filter((token) => token.kind === 'option');
  const problems = given.flatMap((token, i) => flagProblem(token, given.slice(0, i)) ?? []);
  const has = (name: FlagName) => given.some((token) => token.name === name);
  return {
    help: has('help'),
    version: has('version'),
    check: has('config.check'),
    values: flagValues(given),
    positionals,
    problems,
  };
}

function flagProblem(token: FlagToken, before: readonly FlagToken[]): Problem | undefined {
  const place: Place = { kind: 'flag', flag: token.rawName };
  const rule: FlagRule | undefined = FLAGS.find(({ name }) => name === token.name);
  if (!rule) return unknownFlag(place, token.name);
  if (rule.value === undefined) {
    return token.value === undefined ? undefined : { place, message: 'This flag takes no value' };
  }
  if (isMissing(token))
    return { place, message: 'A value is missing', allowed: `--${rule.name}=${rule.value}` };
  const isRepeated = !rule.repeatable && before.some(({ name }) => name === token.name);
  return isRepeated ? { place, message: 'This flag may be given only once' } : undefined;
}

function unknownFlag(place: Place, name: string): Problem {
  const names = FLAGS.map((flag) => flag.name);
  const meant = nearest(name, names);
  return {
    place,
    message: meant === undefined ? 'Unknown flag' : `Unknown flag, did you mean --${meant}`,
    allowed: names.map((known) => `--${known}`).join(', '),
  };
}

/** In `--config.file --config.check` the second is a flag, not a file, although parseArgs would take it as one. */
function separateFlags(argv: readonly string[]): string[] {
  const needsValue = new Set(
    FLAGS.flatMap((flag: FlagRule) => (flag.value === undefined ? [] : `--${flag.name}`)),
  );
  return argv.map((arg, i) => (needsValue.has(arg) && argv[i + 1]?.startsWith('--') ? `${arg}=` : arg));
}

function isMissing({ value }: FlagToken): boolean {
  return value === undefined || value === '';
}

function flagValues(given: readonly FlagToken[]): ReadonlyMap<FlagName, Input> {
  const values = new Map<FlagName, Input>();
  for (const rule of FLAGS satisfies readonly FlagRule[]) {
    const written = given.filter((token) => token.name === rule.name && !isMissing(token));
    const place: Place = { kind: 'flag', flag: `--${rule.name}` };
    const items = written.map(({ value = '' }): ScalarInput => ({ kind: 'scalar', place, value }));
    const [first] = items;
    if (!first || !('value' in rule)) continue;
    values.set(rule.name, 'repeatable' in rule ? { kind: 'list', place, items } : first);
  }
  return values;
}
