import { describe, expect, test } from 'vitest';
import { readCsvRows } from '../../../src/cli/forecast/csv-rows.ts';

describe('readCsvRows()', () => {
  // what the file holds, and the cells of its rows
  test.each([
    [
      'a,b\r\n1,2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a,b\r1,2\r',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['\uFEFFa,b\n', [['a', 'b']]],
    ['a,,\n', [['a', '', '']]],
    ['a,b,', [['a', 'b', '']]],
    ['"a","b ""c"", d"\n', [['a', 'b "c", d']]],
    ['\n\na\n\n', [['a']]],
    ['', []],
  ])('readCsvRows() takes %j apart', (text, rows) => {
    expect(readCsvRows(text).map(({ cells }) => cells)).toEqual(rows);
  });

  test('readCsvRows() counts lines, also those within quotes and empty ones', () => {
    expect(readCsvRows('a\n\n"b\nc"\nd\n').map(({ line }) => line)).toEqual([1, 3, 5]);
  });

  test.each([
    ['a\n"b\n', 'Line 2: a quote is in the wrong place, or is not closed'],
    ['a\nb"c\n', 'Line 2: a quote is in the wrong place, or is not closed'],
    ['"a"b\n', 'Line 1: a quote is in the wrong place, or is not closed'],
  ])('readCsvRows() rejects %j', (text, message) => {
    expect(() => readCsvRows(text)).toThrow(new SyntaxError(message));
  });
});
