import { parseArgs } from 'node:util';
import type { Input, Place, ScalarInput } from './input.ts';
import { nearest, type Problem } from './problem.ts';

/** A flag of a command. The flags of `headroom serve` follow the naming of Prometheus. */
export interface FlagRule {
  /** The name without leading dashes. */
  readonly name: string;
  /** The one-letter form without the dash: `h` for `-h`. */
  readonly short?: string;
  /** The name of its value in the help text, such as `FILE`; undefined for a flag without a value. */
  readonly value?: string;
  /** All allowed values, if they are a closed set. */
  readonly choices?: readonly string[];
  /** Whether the flag may be repeated; default false. */
  readonly repeatable?: boolean;
  /** The description in the help text. */
  readonly about: string;
}

/** All flags of `headroom serve`, in the order of the help text. */
export const FLAGS = [
  { name: 'config.file', value: 'FILE', about: 'Read the configuration from this YAML file' },
  { name: 'config.check', about: 'Check the configuration, report every problem, and exit' },
  { name: 'verbose', about: 'With --config.check: print the configuration in force, secrets masked' },
  {
    name: 'web.listen-address',
    value: 'ADDRESS',
    repeatable: true,
    about: 'Listen here: host:port, or :port for every interface; may be repeated (default :10429)',
  },
  {
    name: 'web.config.file',
    value: 'FILE',
    about: 'TLS and basic auth, in the format of the exporter-toolkit',
  },
  {
    name: 'web.route-prefix',
    value: 'PATH',
    about: 'Serve all pages below this path (default: the path of the external URL)',
  },
  { name: 'web.external-url', value: 'URL', about: 'The URL by which users reach Headroom, for links' },
  {
    name: 'history.path',
    value: 'FILE',
    about: 'Keep the history in this SQLite file (default data/headroom.db)',
  },
  {
    name: 'log.level',
    value: 'LEVEL',
    choices: ['debug', 'info', 'warn', 'error'],
    about: 'debug, info, warn or error (default info)',
  },
  {
    name: 'log.format',
    value: 'FORMAT',
    choices: ['logfmt', 'json'],
    about: 'logfmt or json (default logfmt)',
  },
  { name: 'version', about: 'Print the version, and exit' },
  { name: 'help', short: 'h', about: 'Print this text, and exit' },
] as const satisfies readonly FlagRule[];

/** The name of a flag of `headroom serve`, without dashes. */
export type FlagName = (typeof FLAGS)[number]['name'];

/** Formats flags for a help text, one line each, without a final newline. */
export function describeFlags(flags: readonly FlagRule[] = FLAGS): string {
  const rows = flags.map((flag) => ({
    usage: `--${flag.name}${flag.value === undefined ? '' : `=${flag.value}`}`,
    about: flag.about,
  }));
  const width = Math.max(...rows.map(({ usage }) => usage.length));
  return rows.map(({ usage, about }) => `  ${usage.padEnd(width)}  ${about}`).join('\n');
}

/** A parsed command line; the values are not yet checked. */
interface WrittenFlags<Name extends string> {
  /** The flags that were given, with or without a value. */
  readonly given: ReadonlySet<Name>;
  /** Values of flags as written; a repeatable flag has a list. */
  readonly values: ReadonlyMap<Name, Input>;
  /** Arguments that are not flags. */
  readonly positionals: readonly string[];
  /** Unknown flags, missing and unexpected values, flags given twice. */
  readonly problems: readonly Problem[];
}

type NamedRule<Name extends string> = FlagRule & { readonly name: Name };

interface FlagToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
}

/** Parses a command line. Never throws: errors are returned in `problems`. */
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

/** Adds `=` where a value is missing: parseArgs would read the second flag of `--config.file --config.check` as a value. */
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

/** The command line of `headroom serve`. */
export interface Flags {
  /** `--help` or `-h`. */
  readonly help: boolean;
  readonly version: boolean;
  /** `--config.check`: load the configuration, report, and exit. */
  readonly check: boolean;
  /** `--verbose`: with `--config.check`, print the configuration. */
  readonly verbose: boolean;
  /** Values of flags as written; `loadConfig()` checks them. */
  readonly values: ReadonlyMap<FlagName, Input>;
  /** Arguments that are not flags; the command checks them. */
  readonly positionals: readonly string[];
  /** Errors of the flags themselves; `loadConfig()` reports them together with all other problems. */
  readonly problems: readonly Problem[];
}

/** Parses the arguments after the name of the command. Never throws: errors are returned in `problems`. */
export function parseFlags(argv: readonly string[]): Flags {
  const { given, values, positionals, problems } = readFlagSyntax<FlagName>(FLAGS, argv);
  const isStray = given.has('verbose') && !given.has('config.check');
  const stray: Problem = {
    place: { kind: 'flag', flag: '--verbose' },
    message: 'Has no effect without --config.check',
  };
  return {
    help: given.has('help'),
    version: given.has('version'),
    check: given.has('config.check'),
    verbose: given.has('verbose'),
    values,
    positionals,
    problems: isStray ? [...problems, stray] : problems,
  };
}
