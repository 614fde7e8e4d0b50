import { describe, expect, test } from 'vitest';
import { ConfigError, formatProblems, nearest, type Problem } from '../../src/config/problem.ts';

const IN_FILE: Problem = {
  place: { kind: 'file', path: 'headroom.yml', line: 7, column: 13 },
  key: 'poll.timeout',
  message: 'Not a duration',
  found: '10',
  allowed: 'a duration such as 10s',
};
const EARLIER: Problem = { ...IN_FILE, place: { kind: 'file', path: 'headroom.yml', line: 7, column: 2 } };
const IN_ENVIRONMENT: Problem = {
  place: { kind: 'environment', variable: 'HEADROOM_LOG_LEVEL' },
  key: 'log.level',
  message: 'Not one of the choices',
};
const IN_FLAG: Problem = { place: { kind: 'flag', flag: '--x' }, message: 'Unknown flag' };

describe('formatProblems()', () => {
  test('writes a line for each, with what is known of it', () => {
    expect(formatProblems([IN_FLAG, IN_ENVIRONMENT, IN_FILE])).toBe(
      [
        'The configuration has 3 problems:',
        '  --x: Unknown flag',
        '  HEADROOM_LOG_LEVEL: log.level: Not one of the choices',
        '  headroom.yml:7:13: poll.timeout: Not a duration: 10. Allowed: a duration such as 10s',
      ].join('\n'),
    );
  });

  test('counts one', () => {
    expect(formatProblems([IN_FLAG])).toMatch(/^The configuration has 1 problem:\n/);
  });

  test('keeps a line break in a key from forging a line', () => {
    const lines = formatProblems([{ ...IN_FLAG, key: 'a\nlevel=info msg=forged' }]).split('\n');

    expect(lines).toEqual([
      'The configuration has 1 problem:',
      '  --x: a\\u000alevel=info msg=forged: Unknown flag',
    ]);
  });
});

describe('ConfigError', () => {
  test('sorts for reading: flags, environment, then the file from top to bottom', () => {
    const error = new ConfigError([IN_FILE, IN_ENVIRONMENT, EARLIER, IN_FLAG]);

    expect(error.problems).toEqual([IN_FLAG, IN_ENVIRONMENT, EARLIER, IN_FILE]);
    expect(error.message).toBe(formatProblems(error.problems));
  });
});

const KNOWN = ['schedule', 'jitter', 'timeout', 'concurrency', 'image', 'poll', 'hub'];

describe('nearest()', () => {
  /** What was written; what was probably meant. */
  test.each([
    ['tiemout', 'timeout'],
    ['Timeout', 'timeout'],
    ['concurency', 'concurrency'],
    ['shedule', 'schedule'],
    ['hob', 'hub'],
    ['pol', 'poll'],
    ['images', 'image'],
    ['colour', undefined],
    ['x', undefined],
    ['', undefined],
    ['interval', undefined],
  ])('treats %j as %j', (word, meant) => {
    expect(nearest(word, KNOWN)).toBe(meant);
  });

  test('is quick with a word of a megabyte', () => {
    expect(nearest('x'.repeat(1_000_000), KNOWN)).toBeUndefined();
  });
});
