import { parseArgs } from 'node:util';
import type { FlagRule } from './flag-table.ts';
import type { Input, ScalarInput } from './input.ts';
import { nearest } from './nearest.ts';
import type { Place } from './place.ts';
import type { Problem } from './problem.ts';

/** A command line taken apart, before anybody has looked at the values. */
export interface WrittenFlags<Name extends string> {
  /** The flags that were given, with a value or without. */
  readonly given: ReadonlySet<Name>;
  /** Flags with a value, as written; repeatable ones as lists. */
  readonly values: ReadonlyMap<Name, Input>;
  /** Arguments that are not flags. */
  readonly positionals: readonly string[];
  /** Unknown flags, missing values, values too many, flags given twice. */
  readonly problems: readonly Problem[];
}

type NamedRule<Name extends string> = FlagRule & { readonly name: Name };

interface FlagToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
}

/** Takes a command line apart by the table of its flags. Never throws: what is wrong is in `problems`. */
export function readFlagSyntax<Name extends string>(
  rules: readonly NamedRule<Name>[],
  argv: readonly string[],
): WrittenFlags<Name> {
  const { tokens, positionals } = parseArgs({
    args: separateFlags(rules, argv),
    options: Object.fromEntries(
      rules.map(({ name, value, short }) => [
        name,
        { type: value === undefined ? 'boolean' : 'string', ...(short === undefined ? {} : { short }) },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const written = tokens.filter((token) => token.kind === 'option');
  return {
    given: new Set(rules.flatMap(({ name }) => (written.some((token) => token.name === name) ? name : []))),
    values: flagValues(rules, written),
    positionals,
    problems: written.flatMap((token, i) => flagProblem(rules, token, written.slice(0, i)) ?? []),
  };
}

function flagProblem(
  rules: readonly FlagRule[],
  token: FlagToken,
  before: readonly FlagToken[],
): Problem | undefined {
  const place: Place = { kind: 'flag', flag: token.rawName };
  const rule = rules.find(({ name }) => name === token.name);
  if (!rule) return unknownFlag(rules, place, token.name);
  if (rule.value === undefined) {
    return token.value === undefined ? undefined : { place, message: 'This flag takes no value' };
  }
  if (isMissing(token))
    return { place, message: 'A value is missing', allowed: `--${rule.name}=${rule.value}` };
  const isRepeated = !rule.repeatable && before.some(({ name }) => name === token.name);
  return isRepeated ? { place, message: 'This flag may be given only once' } : undefined;
}

function unknownFlag(rules: readonly FlagRule[], place: Place, name: string): Problem {
  const names = rules.map((rule) => rule.name);
  const meant = nearest(name, names);
  return {
    place,
    message: meant === undefined ? 'Unknown flag' : `Unknown flag, did you mean --${meant}`,
    allowed: names.map((known) => `--${known}`).join(', '),
  };
}

/** In `--config.file --config.check` the second is a flag, not a file, although parseArgs would take it as one. */
function separateFlags(rules: readonly FlagRule[], argv: readonly string[]): string[] {
  const needsValue = new Set(rules.flatMap(({ name, value }) => (value === undefined ? [] : `--${name}`)));
  return argv.map((arg, i) => (needsValue.has(arg) && argv[i + 1]?.startsWith('--') ? `${arg}=` : arg));
}

function isMissing({ value }: FlagToken): boolean {
  return value === undefined || value === '';
}

function flagValues<Name extends string>(
  rules: readonly NamedRule<Name>[],
  written: readonly FlagToken[],
): ReadonlyMap<Name, Input> {
  const values = new Map<Name, Input>();
  for (const rule of rules) {
    const place: Place = { kind: 'flag', flag: `--${rule.name}` };
    const items = written
      .filter((token) => token.name === rule.name && !isMissing(token))
      .map(({ value = '' }): ScalarInput => ({ kind: 'scalar', place, value }));
    const [first] = items;
    if (!first || rule.value === undefined) continue;
    values.set(rule.name, rule.repeatable ? { kind: 'list', place, items } : first);
  }
  return values;
}
