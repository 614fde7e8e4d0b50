import { describe, expect, test } from 'vitest';
import { readCsvRows, readHistoryPoints } from '../../../src/cli/forecast/history-points.ts';
import { formatProblems } from '../../../src/config/problem.ts';

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

const HEADER = 'at,remaining,limit,windowSeconds,spent,outcome';
const AT = Date.UTC(2026, 10, 23, 21);

function read(...lines: string[]) {
  return readHistoryPoints([HEADER, ...lines].join('\r\n'), 'h.csv');
}

function problemsOf(text: string): string[] {
  return formatProblems(readHistoryPoints(text, 'h.csv').problems)
    .split('\n')
    .slice(1)
    .map((line) => line.trim());
}

describe('readHistoryPoints()', () => {
  // a row without its time, and the point it is
  test.each([
    [
      '76,100,3600,2,limited',
      { kind: 'limited', remaining: 76, limit: 100, windowSeconds: 3_600, source: undefined },
    ],
    [
      '-3,100,,,limited',
      { kind: 'limited', remaining: -3, limit: 100, windowSeconds: undefined, source: undefined },
    ],
    // A cell of time whose newest probe failed, and an earlier one did not.
    [
      '76,100,3600,2,failed',
      { kind: 'limited', remaining: 76, limit: 100, windowSeconds: 3_600, source: undefined },
    ],
    [',,,,unlimited', { kind: 'unlimited', source: undefined }],
    [',,,,failed', { kind: 'missed' }],
    [',,,,blocked', { kind: 'missed' }],
    [',,,,', { kind: 'missed' }],
    ['', { kind: 'missed' }],
  ])('readHistoryPoints() reads %j', (row, point) => {
    expect(read(`2026-11-23T21:00:00.000Z,${row}`)).toEqual({ points: [{ at: AT, ...point }], problems: [] });
  });

  test('readHistoryPoints() accepts columns in any order, and others beside them', () => {
    const text =
      'outcome,note,limit,windowSeconds,remaining,at\nlimited,"a, b",100,3600,7,2026-11-23T21:00:00Z\n';
    expect(readHistoryPoints(text, 'h.csv')).toMatchObject({
      points: [{ at: AT, remaining: 7, limit: 100 }],
      problems: [],
    });
  });

  test('readHistoryPoints() finds nothing in a history of no points', () => {
    expect(read()).toEqual({ points: [], problems: [] });
  });

  test.each([
    [
      '',
      'h.csv:1:1: The file is empty. Allowed: a first line such as at,remaining,limit,windowSeconds,outcome',
    ],
    [
      'time,remaining,limit,windowSeconds\n',
      'h.csv:1:1: The header has no at, outcome. Allowed: a first line such as at,remaining,limit,windowSeconds,outcome',
    ],
    ['"a\n', 'h.csv:1:1: Line 1: a quote is in the wrong place, or is not closed'],
  ])('readHistoryPoints() rejects the file %j', (text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  test('readHistoryPoints() reports every problem with its line and column', () => {
    const text = [
      HEADER,
      'yesterday,1,100,3600,,limited',
      '2026-11-23T21:00:00Z,1.5,100,3600,,limited',
      '2026-11-23T21:01:00Z,1,-100,0,,limited',
      '2026-11-23T21:02:00Z,1,,3600,,limited',
      '2026-11-23T21:03:00Z,1,100,3600,,"perhaps"',
    ].join('\n');
    expect(problemsOf(text)).toEqual([
      'h.csv:2:1: at: Not a time: "yesterday". Allowed: a time such as 2026-11-23T21:00:00Z',
      'h.csv:3:2: remaining: Not an allowed number: "1.5". Allowed: a whole number from -10000000000 to 10000000000, or nothing',
      'h.csv:4:3: limit: Not an allowed number: "-100". Allowed: a whole number from 0 to 10000000000, or nothing',
      'h.csv:4:4: windowSeconds: Not an allowed number: "0". Allowed: a whole number from 1 to 2678400, or nothing',
      'h.csv:5:3: limit: Missing, although remaining is given: "". Allowed: a limit',
      'h.csv:6:6: outcome: Not an outcome: "perhaps". Allowed: limited, unlimited, blocked, failed, or nothing',
    ]);
  });

  test('readHistoryPoints() stops at twenty problems', () => {
    const text = `${HEADER}\n${'x\n'.repeat(5_000)}`;
    expect(readHistoryPoints(text, 'h.csv').problems).toHaveLength(20);
  });
});
