import { describe, expect, test } from 'vitest';
import { describeFlags, FLAGS, parseFlags } from '../../src/config/flags.ts';
import { formatProblems } from '../../src/config/problem.ts';

const ALL = FLAGS.map(({ name }) => `--${name}`).join(', ');

function linesOf(...argv: string[]): string[] {
  return formatProblems(parseFlags(argv).problems)
    .split('\n')
    .slice(1)
    .map((line) => line.trim());
}

describe('parseFlags()', () => {
  test('finds nothing in an empty command line', () => {
    expect(parseFlags([])).toEqual({
      help: false,
      version: false,
      check: false,
      verbose: false,
      values: new Map(),
      positionals: [],
      problems: [],
    });
  });

  test.each([
    ['--help', 'help'],
    ['-h', 'help'],
    ['--version', 'version'],
    ['--config.check', 'check'],
    ['--config.check --verbose', 'verbose'],
  ] as const)('reads %s', (flag, name) => {
    expect(parseFlags(flag.split(' '))).toMatchObject({ [name]: true, problems: [] });
  });

  test.each([[['--log.level=debug']], [['--log.level', 'debug']]])('reads a value from %j', (argv) => {
    const place = { kind: 'flag', flag: '--log.level' };

    expect(parseFlags(argv).values.get('log.level')).toEqual({ kind: 'scalar', place, value: 'debug' });
  });

  test('collects a repeated --web.listen-address in order', () => {
    const { values, problems } = parseFlags(['--web.listen-address=:1', '--web.listen-address', ':2']);

    expect(values.get('web.listen-address')).toMatchObject({
      kind: 'list',
      items: [{ value: ':1' }, { value: ':2' }],
    });
    expect(problems).toEqual([]);
  });

  test('leaves positional arguments to the commands', () => {
    expect(parseFlags(['serve', '--config.check', '--', '--x'])).toMatchObject({
      positionals: ['serve', '--x'],
      check: true,
      problems: [],
    });
  });

  test.each<[why: string, argv: string[], ...problems: string[]]>([
    ['an unknown flag', ['--versoin'], `--versoin: Unknown flag, did you mean --version. Allowed: ${ALL}`],
    ['nothing near', ['--storage.tsdb.path=x'], `--storage.tsdb.path: Unknown flag. Allowed: ${ALL}`],
    [
      'a misspelled flag',
      ['--web.listen-adress=:1'],
      `--web.listen-adress: Unknown flag, did you mean --web.listen-address. Allowed: ${ALL}`,
    ],
    ['an unknown letter', ['-x'], `-x: Unknown flag. Allowed: ${ALL}`],
    ['a missing value', ['--config.file'], '--config.file: A value is missing. Allowed: --config.file=FILE'],
    ['an empty value', ['--config.file='], '--config.file: A value is missing. Allowed: --config.file=FILE'],
    [
      'a flag in the place of a value',
      ['--config.file', '--config.check'],
      '--config.file: A value is missing. Allowed: --config.file=FILE',
    ],
    ['--verbose alone', ['--verbose'], '--verbose: Has no effect without --config.check'],
    ['a value too many', ['--config.check=yes'], '--config.check: This flag takes no value'],
    [
      'a repeated flag',
      ['--log.level=info', '--log.level=warn'],
      '--log.level: This flag may be given only once',
    ],
    [
      'several at once',
      ['--log.level', '--version=1'],
      '--log.level: A value is missing. Allowed: --log.level=LEVEL',
      '--version: This flag takes no value',
    ],
  ])('reports %s', (_why, argv, ...problems) => {
    expect(linesOf(...argv)).toEqual(problems);
  });

  test('does not repeat the value of an unknown flag', () => {
    expect(linesOf('--password=hunter2').join()).not.toContain('hunter2');
  });
});

describe('describeFlags()', () => {
  test('has a line for every flag', () => {
    const lines = describeFlags().split('\n');

    expect(lines.map((line) => /^ {2}--([\w.-]+)/.exec(line)?.[1])).toEqual(FLAGS.map(({ name }) => name));
  });
});
