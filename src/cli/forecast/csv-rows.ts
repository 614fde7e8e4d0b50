/** One row of a CSV file. */
export interface CsvRow {
  /** The line it begins at, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A cell and what ends it; a cell in quotes may hold everything, with its own quotes doubled. */
const CELL = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;
const LINE_END = /\r\n|\n|\r/g;

/**
 * Takes a CSV text apart (RFC 4180). Empty lines are left out, and so is the byte order mark that spreadsheets write.
 * @throws SyntaxError that names the line
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
