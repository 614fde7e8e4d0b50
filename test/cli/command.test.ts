import { describe, expect, test } from 'vitest';
import { alignColumns, choosePaint } from '../../src/cli/command.ts';

describe('alignColumns()', () => {
  test('makes every column as wide as its widest cell, and leaves no space at the end of a line', () => {
    expect(
      alignColumns([
        ['A', 'LONG HEAD', 'C'],
        ['long cell', 'b', ''],
      ]),
    ).toBe('A          LONG HEAD  C\nlong cell  b');
  });

  test('accepts rows of different length, and none', () => {
    expect(alignColumns([['a'], ['b', 'c']])).toBe('a\nb  c');
    expect(alignColumns([])).toBe('');
  });
});

test.each<[why: string, isTTY: boolean | undefined, env: Record<string, string>, painted: string]>([
  ['a terminal', true, {}, '\u001b[1;31mx\u001b[0m'],
  ['a pipe', undefined, {}, 'x'],
  ['NO_COLOR is set', true, { NO_COLOR: '1' }, 'x'],
  ['an empty NO_COLOR', true, { NO_COLOR: '' }, '\u001b[1;31mx\u001b[0m'],
  ['a terminal without colours', true, { TERM: 'dumb' }, 'x'],
])('choosePaint(): %s', (_why, isTTY, env, painted) => {
  expect(choosePaint({ isTTY, write: () => undefined }, env)('bad', 'x')).toBe(painted);
});
