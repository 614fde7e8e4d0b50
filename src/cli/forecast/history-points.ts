import type { Place } from '../../config/input.ts';
import type { Problem, Report } from '../../config/problem.ts';
import { BELIEVABLE, isBelievable, type NumberRange } from '../../domain/believable.ts';
import type { SeriesPoint } from '../../domain/forecast/series-point.ts';
import { ISO_TIME_FORM, parseIsoTime } from '../flag-kinds.ts';

/** One row of a CSV file. */
interface CsvRow {
  /** The number of its first line, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A cell and its end. A quoted cell may contain any character; quotes in it are doubled. */
const CELL = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;
const LINE_END = /\r\n|\n|\r/g;

/**
 * Parses a CSV text (RFC 4180). Skips empty lines and a byte order mark, which spreadsheets write.
 * @throws SyntaxError with the line number, for a misplaced or unclosed quote
 */
export function readCsvRows(text: string): CsvRow[] {
  const body = text.replace(/^\uFEFF/, '');
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let [line, startLine, index] = [1, 1, 0];
  while (index < body.length || cells.length > 0) {
    CELL.lastIndex = index;
    const match = CELL.exec(body);
    if (!match) throw new SyntaxError(`Line ${line}: a quote is in the wrong place, or is not closed`);
    const [whole, quoted, plain = '', end] = match;
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    index += whole.length;
    line += whole.match(LINE_END)?.length ?? 0;
    if (end === ',') continue;
    if (cells.length > 1 || cells[0] !== '') rows.push({ line: startLine, cells });
    cells = [];
    startLine = line;
  }
  return rows;
}

/** The points of a history file, and its errors. */
interface HistoryPoints {
  readonly points: readonly SeriesPoint[];
  readonly problems: readonly Problem[];
}

/** The columns that are read, in any order. Other columns are ignored. */
const COLUMNS = ['at', 'remaining', 'limit', 'windowSeconds', 'outcome'] as const;
type Column = (typeof COLUMNS)[number];

const OUTCOMES = ['limited', 'unlimited', 'blocked', 'failed'];
/** The most problems that are reported: a file of another kind has one in every line. */
const MAX_PROBLEMS = 20;

/** Parses a history in the format of `/api/v1/credentials/:name/history.csv`. Unknown values are empty cells. */
export function readHistoryPoints(text: string, path: string): HistoryPoints {
  const problems: Problem[] = [];
  const rows = readRows(text);
  if (typeof rows === 'string') return { points: [], problems: [{ place: placeOf(path, 1), message: rows }] };
  const [header, ...body] = rows;
  const missing = COLUMNS.filter((column) => !header?.cells.includes(column));
  if (!header || missing.length > 0) {
    const message = header ? `The header has no ${missing.join(', ')}` : 'The file is empty';
    const allowed = `a first line such as ${COLUMNS.join(',')}`;
    return { points: [], problems: [{ place: placeOf(path, header?.line ?? 1), message, allowed }] };
  }
  const points: SeriesPoint[] = [];
  for (const row of body) {
    const point = readPoint(cellsOf(header, row), placeFor(path, header, row), (problem) => {
      problems.push(problem);
    });
    if (point) points.push(point);
    if (problems.length >= MAX_PROBLEMS) break;
  }
  return { points, problems };
}

function readRows(text: string): CsvRow[] | string {
  try {
    return readCsvRows(text);
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
}

type ReadCell = (column: Column) => string;
type PlaceOf = (column: Column) => Place;

function cellsOf(header: CsvRow, row: CsvRow): ReadCell {
  return (column) => row.cells[header.cells.indexOf(column)]?.trim() ?? '';
}

function placeFor(path: string, header: CsvRow, row: CsvRow): PlaceOf {
  return (column) => placeOf(path, row.line, header.cells.indexOf(column) + 1);
}

function placeOf(path: string, line: number, column = 1): Place {
  return { kind: 'file', path, line, column };
}

function readPoint(cell: ReadCell, place: PlaceOf, report: Report): SeriesPoint | undefined {
  const refuse = (column: Column, message: string, allowed: string) => {
    report({ place: place(column), key: column, message, found: JSON.stringify(cell(column)), allowed });
  };
  const at = parseIsoTime(cell('at'));
  if (!isBelievable('instantMs', at)) refuse('at', 'Not a time', ISO_TIME_FORM);
  const outcome = cell('outcome');
  if (outcome !== '' && !OUTCOMES.includes(outcome)) {
    refuse('outcome', 'Not an outcome', `${OUTCOMES.join(', ')}, or nothing`);
  }
  const [remaining, limit, windowSeconds] = (['remaining', 'limit', 'windowSeconds'] as const).map(
    (column) => {
      const number = readNumber(cell(column), BELIEVABLE[column]);
      if (number === null) refuse(column, 'Not an allowed number', allowedNumbers(BELIEVABLE[column]));
      return number ?? undefined;
    },
  );
  if (remaining !== undefined && cell('limit') === '')
    refuse('limit', 'Missing, although remaining is given', 'a limit');
  if (!isBelievable('instantMs', at)) return undefined;
  const source = undefined;
  if (remaining !== undefined && limit !== undefined) {
    return { kind: 'limited', at, remaining, limit, windowSeconds, source };
  }
  return outcome === 'unlimited' ? { kind: 'unlimited', at, source } : { kind: 'missed', at };
}

/** Returns undefined for an empty cell, null for a text that is not a whole number within the range. */
function readNumber(text: string, { least, most }: NumberRange): number | undefined | null {
  if (text === '') return undefined;
  const number = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  return number >= least && number <= most ? number : null;
}

function allowedNumbers({ least, most }: NumberRange): string {
  return `a whole number from ${least} to ${most}, or nothing`;
}
