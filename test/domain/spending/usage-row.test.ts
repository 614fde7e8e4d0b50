import { describe, expect, test } from 'vitest';
import {
  readUsageHeader,
  readUsageRow,
  USAGE_COLUMNS,
  type UsageHeader,
} from '../../../src/domain/spending/usage-row.ts';
import { usageRow } from './usage-rows.ts';

const HEADER = readUsageHeader(USAGE_COLUMNS) as UsageHeader;
const CELLS = [
  '2026/11/29/09',
  'acmeci',
  'library/nginx',
  '',
  '[192.0.2.1]',
  'public',
  'latest',
  'sha256:aa',
  '0',
  '1',
];

/** Returns the cells of a row in which one cell is another. */
function withCell(column: (typeof USAGE_COLUMNS)[number], value: string): string[] {
  return CELLS.map((cell, i) => (USAGE_COLUMNS[i] === column ? value : cell));
}

describe('readUsageHeader()', () => {
  test('accepts the columns in another order, further columns and capital letters', () => {
    const columns = ['extra', ...[...USAGE_COLUMNS].reverse().map((column) => ` ${column.toUpperCase()} `)];
    const header = readUsageHeader(columns) as UsageHeader;
    const cells = ['x', ...[...CELLS].reverse()];
    expect(readUsageRow(cells, header, new Map())).toEqual(usageRow());
  });

  test('accepts a report without privacy and version checks', () => {
    const columns = [
      'datehour',
      'user_name',
      'repository',
      'access_token_name',
      'ips',
      'tag',
      'digest',
      'pulls',
    ];
    const header = readUsageHeader(columns) as UsageHeader;
    const cells = ['2026/11/29/09', 'a', 'b/c', 't', '[]', 'x', 'y', '7'];
    expect(readUsageRow(cells, header, new Map())).toMatchObject({
      pulls: 7,
      versionChecks: 0,
      addresses: [],
    });
  });

  test.each([
    [
      ['at', 'remaining'],
      'Not a usage report of Docker Hub: the first line lacks the columns datehour, user_name, repository, access_token_name, ips, tag, digest, pulls; needed are datehour, user_name, repository, access_token_name, ips, tag, digest, pulls, separated by commas',
    ],
    [
      USAGE_COLUMNS.filter((column) => column !== 'pulls'),
      'Not a usage report of Docker Hub: the first line lacks the column pulls; needed are datehour, user_name, repository, access_token_name, ips, tag, digest, pulls, separated by commas',
    ],
    [[...USAGE_COLUMNS, 'pulls'], 'The column pulls stands in the first line more than once'],
  ])('rejects %j', (columns, message) => {
    expect(readUsageHeader(columns)).toBe(message);
  });
});

describe('readUsageRow()', () => {
  test('reads the hour as UTC', () => {
    expect(readUsageRow(CELLS, HEADER, new Map())).toEqual(usageRow());
  });

  test.each([
    ['[192.0.2.1]', ['192.0.2.1']],
    ['[192.0.2.1, 2001:db8::1]', ['192.0.2.1', '2001:db8::1']],
    ['[192.0.2.1 192.0.2.2 192.0.2.1]', ['192.0.2.1', '192.0.2.2']],
    ['192.0.2.1', ['192.0.2.1']],
    ['[]', []],
    ['', []],
  ])('reads the addresses %s', (ips, addresses) => {
    expect(readUsageRow(withCell('ips', ips), HEADER, new Map())).toMatchObject({ addresses });
  });

  test.each([
    ['datehour', '2026-11-29 09', 'datehour is not an hour of the form yyyy/mm/dd/hh'],
    ['datehour', '2026/02/31/09', 'datehour is not an hour of the form yyyy/mm/dd/hh'],
    ['datehour', '2026/11/29/24', 'datehour is not an hour of the form yyyy/mm/dd/hh'],
    ['datehour', '', 'datehour is not an hour of the form yyyy/mm/dd/hh'],
    ['pulls', '', 'pulls is not a whole number of at least 0'],
    ['pulls', '-1', 'pulls is not a whole number of at least 0'],
    ['pulls', '1e3', 'pulls is not a whole number of at least 0'],
    ['pulls', '99999999999', 'pulls is not a whole number of at least 0'],
    ['version_checks', 'x', 'version_checks is not a whole number of at least 0'],
  ] as const)('rejects %s %j', (column, value, reason) => {
    expect(readUsageRow(withCell(column, value), HEADER, new Map())).toBe(reason);
  });

  test('rejects a row with another number of cells', () => {
    expect(readUsageRow(CELLS.slice(1), HEADER, new Map())).toBe('9 cells instead of 10');
  });
});
