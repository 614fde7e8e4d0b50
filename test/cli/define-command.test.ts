import { describe, expect, test } from 'vitest';
import { readCommandLine } from '../../src/cli/define-command.ts';
import { flagWithDefault, optionalFlag, repeatableFlag, toggle } from '../../src/cli/flag.ts';
import { wholeNumber } from '../../src/cli/flag-kinds.ts';
import { oneOf } from '../../src/config/kinds/choice.ts';
import { formatProblems } from '../../src/config/problem.ts';

const TABLES = {
  flags: {
    output: flagWithDefault('FORM', oneOf(['table', 'json']), 'table', 'The form'),
    pulls: optionalFlag('N', wholeNumber(0, 100), 'So many'),
    port: repeatableFlag('N', wholeNumber(0, 65_535), 'A port'),
    clear: toggle('Clear it', 'c'),
  },
  operands: { FIRST: { kind: wholeNumber(1, 9) }, SECOND: { kind: oneOf(['a', 'b']) } },
};
const ALL = '--output, --pulls, --port, --clear';

function problemsOf(...argv: string[]): string[] {
  return formatProblems(readCommandLine(TABLES, argv).problems)
    .split('\n')
    .slice(1)
    .map((line) => line.trim());
}

describe('readCommandLine()', () => {
  test('falls back where nothing is given', () => {
    expect(readCommandLine(TABLES, [])).toEqual({
      flags: { output: 'table', pulls: undefined, port: [], clear: false },
      operands: { FIRST: undefined, SECOND: undefined },
      given: new Set(),
      problems: [],
    });
  });

  test('reads flags and operands in any order', () => {
    const { flags, operands, problems } = readCommandLine(TABLES, [
      ...['--port=1', '7', '--output', 'json', '--port', '2', 'b', '-c', '--pulls=0'],
    ]);

    expect(flags).toEqual({ output: 'json', pulls: 0, port: [1, 2], clear: true });
    expect(operands).toEqual({ FIRST: 7, SECOND: 'b' });
    expect(problems).toEqual([]);
  });

  test('states which flags were given, those with a bad value too', () => {
    expect(readCommandLine(TABLES, ['--pulls=x', '-c']).given).toEqual(new Set(['pulls', 'clear']));
  });

  test('accepts what follows -- as operands', () => {
    expect(readCommandLine(TABLES, ['--', '7']).operands.FIRST).toBe(7);
  });

  test.each<[why: string, argv: string[], ...problems: string[]]>([
    ['an unknown flag', ['--outptu=x'], `--outptu: Unknown flag, did you mean --output. Allowed: ${ALL}`],
    ['a missing value', ['--pulls', '--clear'], '--pulls: A value is missing. Allowed: --pulls=N'],
    ['a value too many', ['--clear=yes'], '--clear: This flag takes no value'],
    ['a repeated flag', ['--pulls=1', '--pulls=2'], '--pulls: This flag may be given only once'],
    [
      'a value that is none of the choices',
      ['--output=jsn'],
      '--output: Not one of the choices, did you mean json: "jsn". Allowed: table, json',
    ],
    [
      'each bad value of a repeatable flag',
      ['--port=x', '--port=1', '--port=65536'],
      '--port: Not a whole number: "x". Allowed: a whole number from 0 to 65535',
      '--port: Out of range: "65536". Allowed: a whole number from 0 to 65535',
    ],
    [
      'a bad operand by its name',
      ['ten'],
      'FIRST: Not a whole number: "ten". Allowed: a whole number from 1 to 9',
    ],
    [
      'an operand too many',
      ['1', 'a', 'more'],
      'more: One argument too many. Allowed: FIRST SECOND and flags',
    ],
    [
      'all of them at once',
      ['--nothing', '--pulls=x', '0', 'c'],
      `--nothing: Unknown flag. Allowed: ${ALL}`,
      '--pulls: Not a whole number: "x". Allowed: a whole number from 0 to 100',
      'FIRST: Out of range: "0". Allowed: a whole number from 1 to 9',
      'SECOND: Not one of the choices: "c". Allowed: a, b',
    ],
  ])('reports %s', (_why, argv, ...problems) => {
    expect(problemsOf(...argv)).toEqual(problems);
  });

  test('does not repeat a password that stands behind a misspelled flag', () => {
    expect(problemsOf('1', 'a', '--acount', 'ci:hunter2').join()).not.toContain('hunter2');
  });
});
