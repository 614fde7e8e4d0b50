import { BELIEVABLE, isBelievable } from '../believable.ts';

/** A row of Docker's usage report: pulls of one tag by one user and token, in one hour. */
export interface UsageRow {
  /** Start of the hour, in milliseconds since the epoch. */
  readonly at: number;
  /** Empty for pulls without a login. */
  readonly user: string;
  readonly repository: string;
  /** The name of the access token; empty for a password. */
  readonly token: string;
  /** The IP addresses that pulled; may be empty. */
  readonly addresses: readonly string[];
  /** The values that tell rows of one hour apart, besides user, repository and token: addresses, privacy, tag, digest. */
  readonly detail: string;
  readonly versionChecks: number;
  readonly pulls: number;
}

/** All columns of the report, as Docker writes them. */
export const USAGE_COLUMNS = [
  'datehour',
  'user_name',
  'repository',
  'access_token_name',
  'ips',
  'repository_privacy',
  'tag',
  'digest',
  'version_checks',
  'pulls',
] as const;

type Column = (typeof USAGE_COLUMNS)[number];

/** Columns that may be missing: no number and no distinction of rows depends on them. */
const OPTIONAL: ReadonlySet<Column> = new Set(['repository_privacy', 'version_checks']);

/** The position of each column; undefined for an optional column that is missing. */
export type UsageHeader = Readonly<Record<Column, number | undefined>> & {
  /** How many cells a row has. */
  readonly width: number;
};

/**
 * Reads the header of a usage report. Columns may be in any order, and others are ignored.
 * @returns the reason as a sentence without a full stop, if it is not the header of a usage report
 */
export function readUsageHeader(cells: readonly string[]): UsageHeader | string {
  const names = cells.map((cell) => cell.trim().toLowerCase());
  const missing = USAGE_COLUMNS.filter((column) => !OPTIONAL.has(column) && !names.includes(column));
  const needed = `needed are ${USAGE_COLUMNS.filter((column) => !OPTIONAL.has(column)).join(', ')}, separated by commas`;
  if (missing.length > 0) {
    const what = missing.length === 1 ? 'the column' : 'the columns';
    return `Not a usage report of Docker Hub: the first line lacks ${what} ${missing.join(', ')}; ${needed}`;
  }
  const repeated = USAGE_COLUMNS.find((column) => names.indexOf(column) !== names.lastIndexOf(column));
  if (repeated) return `The column ${repeated} stands in the first line more than once`;
  const positions = USAGE_COLUMNS.map((column) => {
    const position = names.indexOf(column);
    return [column, position < 0 ? undefined : position];
  });
  return { ...Object.fromEntries(positions), width: cells.length };
}

/** The largest count in one row. */
const MAX_COUNT = BELIEVABLE.limit.most;
const DIGITS = /^\d{1,11}$/;
const HOUR = /^(\d{4})\/(\d\d)\/(\d\d)\/(\d\d)$/;

/**
 * Reads a row.
 * @param hours instants of hours that were read before, so that each is parsed once; extended by this function
 * @returns the reason as a sentence without a full stop, if the row cannot be read
 */
export function readUsageRow(
  cells: readonly string[],
  header: UsageHeader,
  hours: Map<string, number>,
): UsageRow | string {
  if (cells.length !== header.width) {
    return `${cells.length} cells instead of ${header.width}`;
  }
  const cell = (column: Column) => {
    const position = header[column];
    return position === undefined ? '' : (cells[position] ?? '').trim();
  };
  const hour = cell('datehour');
  const at = hours.get(hour) ?? parseHour(hour);
  if (at === undefined) return 'datehour is not an hour of the form yyyy/mm/dd/hh';
  if (!hours.has(hour)) hours.set(detached(hour), at);
  const pulls = parseCount(cell('pulls'));
  if (pulls === undefined) return 'pulls is not a whole number of at least 0';
  const checks = cell('version_checks');
  const versionChecks = checks === '' ? 0 : parseCount(checks);
  if (versionChecks === undefined) return 'version_checks is not a whole number of at least 0';
  const ips = cell('ips');
  return {
    at,
    user: cell('user_name'),
    repository: cell('repository'),
    token: cell('access_token_name'),
    addresses: parseAddresses(ips),
    detail: [ips, cell('repository_privacy'), cell('tag'), cell('digest')].join('\n'),
    versionChecks,
    pulls,
  };
}

/**
 * Returns a copy of a text for a long-lived map. A part that was cut from a longer text keeps the whole of it in memory in V8.
 */
export function detached(text: string): string {
  return Array.from(text).join('');
}

/** Parses `yyyy/mm/dd/hh`. Docker states no zone; UTC is assumed. */
function parseHour(text: string): number | undefined {
  const [, year, month, day, hour] = HOUR.exec(text) ?? [];
  const at = Date.parse(`${year}-${month}-${day}T${hour}:00:00Z`);
  if (!isBelievable('instantMs', at)) return undefined;
  // Date.parse() accepts 31 February as 3 March, and hour 24.
  return new Date(at).toISOString().startsWith(`${year}-${month}-${day}T${hour}`) ? at : undefined;
}

function parseCount(text: string): number | undefined {
  const count = DIGITS.test(text) ? Number(text) : Number.NaN;
  return count <= MAX_COUNT ? count : undefined;
}

/** Parses `[192.0.2.1]`, `[192.0.2.1, 2001:db8::1]` and `[]`. */
function parseAddresses(text: string): string[] {
  return [...new Set(text.split(/[[\]\s,;'"]+/).filter((address) => address !== ''))];
}
