import { describe, expect, test } from 'vitest';
import { alignColumns } from '../../src/cli/command.ts';

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
