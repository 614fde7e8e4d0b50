/** A flag of a command. Those of `headroom serve` are named as Prometheus names its own. */
export interface FlagRule {
  /** Without the dashes in front. */
  readonly name: string;
  /** One letter that stands for it: `h` for `-h`. */
  readonly short?: string;
  /** What its value is called in the help text; undefined for a flag without a value. */
  readonly value?: string;
  /** Every value there is, where that is a closed set. */
  readonly choices?: readonly string[];
  /** Whether it may be given more than once. */
  readonly repeatable?: boolean;
  /** What it does, for the help text. */
  readonly about: string;
}

/** Every flag of `headroom serve`, in the order of the help text. */
export const FLAGS = [
  { name: 'config.file', value: 'FILE', about: 'Read the configuration from this YAML file' },
  { name: 'config.check', about: 'Check the configuration, report every problem, and exit' },
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
  { name: 'web.external-url', value: 'URL', about: 'The URL people reach Headroom by, for links' },
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

/** The name of a flag, without dashes. */
export type FlagName = (typeof FLAGS)[number]['name'];

/** Flags as a help text lists them, a line each, without a final newline. */
export function describeFlags(flags: readonly FlagRule[] = FLAGS): string {
  const rows = flags.map((flag) => ({
    usage: `--${flag.name}${flag.value === undefined ? '' : `=${flag.value}`}`,
    about: flag.about,
  }));
  const width = Math.max(...rows.map(({ usage }) => usage.length));
  return rows.map(({ usage, about }) => `  ${usage.padEnd(width)}  ${about}`).join('\n');
}
