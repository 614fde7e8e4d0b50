import { describe, expect, test } from 'vitest';
import { createLogger } from '../../src/cli/logger.ts';
import type { LogConfig } from '../../src/config/config.ts';
import type { Log } from '../../src/kit/log.ts';
import { Secret } from '../../src/kit/secret.ts';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** The lines that a log writes. */
function linesOf(
  write: (log: Log) => void,
  format: LogConfig['format'] = 'logfmt',
  level: LogConfig['level'] = 'debug',
): string[] {
  const lines: string[] = [];
  write(createLogger({ level, format }, { write: (line) => void lines.push(line) }));
  return lines;
}

/** A line of logfmt without its time. */
function withoutTime(line: string | undefined): string | undefined {
  return line?.replace(/^time=\S+ /, '');
}

describe('createLogger() in logfmt', () => {
  test('begins with time, level and message, whatever the fields', () => {
    const [line = ''] = linesOf((log) =>
      log.warn('Something happened', { time: undefined, credential: 'ci' }),
    );

    expect(line).toMatch(/^time=\S+ level=warn msg="Something happened" credential=ci\n$/);
    expect(/^time=(\S+)/.exec(line)?.[1]).toMatch(TIME);
  });

  test.each<[what: string, value: unknown, written: string]>([
    ['a word', 'limited', 'limited'],
    ['a number', 42, '42'],
    ['a truth value', false, 'false'],
    ['nothing', null, 'null'],
    ['an empty text', '', '""'],
    ['a space', 'two words', '"two words"'],
    ['a quote', 'say "no"', '"say \\"no\\""'],
    ['an equals sign', 'w=3600', '"w=3600"'],
    ['a backslash', 'C:\\temp', '"C:\\\\temp"'],
    ['a line break, which must not forge a line', 'a\nlevel=error', '"a\\nlevel=error"'],
    ['an address', 'http://127.0.0.1:5429/', 'http://127.0.0.1:5429/'],
    ['a list', ['a', 'b'], '"[\\"a\\",\\"b\\"]"'],
  ])('writes %s', (_what, value, written) => {
    const [line] = linesOf((log) => log.info('Said', { value }));

    expect(withoutTime(line)).toBe(`level=info msg=Said value=${written}\n`);
  });

  test('writes an error as its message and those of its causes, without a stack', () => {
    const error = new Error('Cannot ask', {
      cause: new Error('socket closed', { cause: new Error('reset') }),
    });
    const [line] = linesOf((log) => log.error('Failed', { error }));

    expect(withoutTime(line)).toBe('level=error msg=Failed error="Cannot ask: socket closed: reset"\n');
  });

  test('leaves out a field without a value', () => {
    const [line] = linesOf((log) => log.info('Said', { source: undefined }));

    expect(withoutTime(line)).toBe('level=info msg=Said\n');
  });
});

describe('createLogger() in JSON', () => {
  test('writes one object a line', () => {
    const [line = ''] = linesOf(
      (log) => log.info('Said', { value: 'two words', error: new Error('No') }),
      'json',
    );

    expect(line.endsWith('}\n')).toBe(true);
    expect(JSON.parse(line)).toEqual({
      level: 'info',
      time: expect.stringMatching(TIME),
      msg: 'Said',
      value: 'two words',
      error: 'No',
    });
  });
});

describe.each(['logfmt', 'json'] as const)('createLogger() in %s', (format) => {
  test.each<[level: LogConfig['level'], written: number]>([
    ['debug', 4],
    ['info', 3],
    ['warn', 2],
    ['error', 1],
  ])('writes from %s on', (level, written) => {
    const sayAll = (log: Log) => {
      log.debug('a');
      log.info('b');
      log.warn('c');
      log.error('d');
    };

    expect(linesOf(sayAll, format, level)).toHaveLength(written);
  });

  test.each<[what: string, value: unknown]>([
    ['a Secret', new Secret('hunter2')],
    ['a Secret inside an object', { login: { password: new Secret('hunter2') } }],
    [
      'an error that quotes an address with a password',
      new Error('GET https://ci:hunter2@proxy:3128 failed'),
    ],
    ['an authorization header', 'Authorization: Bearer hunter2hunter2'],
    ['a password in JSON', '{"password":"hunter2"}'],
  ])('masks %s', (_what, value) => {
    const [line] = linesOf((log) => log.info('Said', { value }), format);

    expect(line).toContain('<secret>');
    expect(line).not.toContain('hunter2');
  });
});
