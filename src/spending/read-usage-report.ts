import Papa from 'papaparse';
import {
  readUsageHeader,
  readUsageRow,
  type UsageHeader,
  type UsageRow,
} from '../domain/spending/usage-row.ts';

/** A row that cannot be read. */
export interface UnreadableRow {
  /** The number of its line, from 1. */
  readonly line: number;
  /** A clause without a full stop. */
  readonly reason: string;
}

/** The rows of one piece of a usage report. */
export interface UsageBatch {
  readonly rows: readonly UsageRow[];
  readonly unreadable: readonly UnreadableRow[];
}

/** Thrown for a file that is not a usage report. The message is a sentence without a full stop. */
export class NoUsageReportError extends Error {
  override readonly name = 'NoUsageReportError';
}

/** The longest line in UTF-16 code units. Docker's lines have about 200; longer ones are not kept in memory. */
const MAX_LINE_LENGTH = 64 * 1_024;

/**
 * Reads a usage report of Docker Hub in pieces, so that memory does not depend on its length. One line is one row: a row
 * that cannot be read does not affect the next.
 * @param text the file, decoded, in pieces of any length
 * @throws NoUsageReportError if the first line is not the header of a usage report
 */
export async function* readUsageReport(text: AsyncIterable<string>): AsyncGenerator<UsageBatch> {
  let header: UsageHeader | undefined;
  const hours = new Map<string, number>();
  for await (const { lines, firstLine } of splitLines(text)) {
    let start = 0;
    if (!header) {
      header = headerOf(lines[0] ?? '');
      start = 1;
    }
    yield readBatch(lines.slice(start), firstLine + start, header, hours);
  }
  if (!header) throw new NoUsageReportError('The file is empty');
}

function headerOf(line: string): UsageHeader {
  const header = readUsageHeader(parseLine(line.replace(/^\uFEFF/, '')) ?? []);
  if (typeof header === 'string') throw new NoUsageReportError(header);
  return header;
}

function readBatch(
  lines: readonly string[],
  firstLine: number,
  header: UsageHeader,
  hours: Map<string, number>,
): UsageBatch {
  const rows: UsageRow[] = [];
  const unreadable: UnreadableRow[] = [];
  for (const [i, cells] of parseLines(lines).entries()) {
    if (lines[i] === '') continue;
    const row = cells
      ? readUsageRow(cells, header, hours)
      : 'a quote is in the wrong place, or is not closed';
    if (typeof row !== 'string') rows.push(row);
    else unreadable.push({ line: firstLine + i, reason: lines[i] === TOO_LONG ? TOO_LONG_REASON : row });
  }
  return { rows, unreadable };
}

const OPTIONS = { delimiter: ',', newline: '\n' } as const;

/** Parses lines at once; one by one if any has an error, so that it does not affect the others. */
function parseLines(lines: readonly string[]): readonly (readonly string[] | undefined)[] {
  if (lines.length === 0) return [];
  const { data, errors } = Papa.parse<string[]>(lines.join('\n'), OPTIONS);
  return errors.length === 0 && data.length === lines.length ? data : lines.map(parseLine);
}

function parseLine(line: string): readonly string[] | undefined {
  const { data, errors } = Papa.parse<string[]>(line, OPTIONS);
  return errors.length === 0 ? data[0] : undefined;
}

/** Whole lines of a text. */
interface Lines {
  readonly lines: readonly string[];
  /** The number of the first, from 1. */
  readonly firstLine: number;
}

/** Stands for a line that is too long. A quote within an unquoted cell is never a valid row. */
const TOO_LONG = 'too long"';
const TOO_LONG_REASON = `longer than ${MAX_LINE_LENGTH} characters`;

async function* splitLines(text: AsyncIterable<string>): AsyncGenerator<Lines> {
  let rest = '';
  let isTooLong = false;
  let firstLine = 1;
  const batchOf = (lines: string[]): Lines => {
    const batch = { lines: lines.map(withoutReturn), firstLine };
    firstLine += lines.length;
    return batch;
  };
  for await (const piece of text) {
    const lines = `${rest}${piece}`.split('\n');
    rest = lines.pop() ?? '';
    if (isTooLong && lines.length > 0) {
      lines[0] = TOO_LONG;
      isTooLong = false;
    }
    if (rest.length > MAX_LINE_LENGTH) isTooLong = true;
    if (isTooLong) rest = '';
    if (lines.length > 0) yield batchOf(lines);
  }
  if (isTooLong) yield batchOf([TOO_LONG]);
  else if (rest !== '') yield batchOf([rest]);
}

function withoutReturn(line: string): string {
  if (line.length > MAX_LINE_LENGTH) return TOO_LONG;
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
