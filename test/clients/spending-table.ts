import type { Measurement, Spending } from './measure.ts';
import { predictionOf } from './prediction.ts';
import type { Situation } from './situation.ts';

const HEADER = [
  'client',
  'situation',
  'HEADs',
  'GETs',
  'pulls, per GET',
  'pulls, two GETs',
  'pulls, per architecture',
  'predicted GETs',
];
/** Columns of numbers, which stand to the right. */
const NUMBERS = { from: 2, to: 6 };

/** Measurements as a table in Markdown, laid out as Biome formats one. */
export function spendingTable(measurements: readonly Measurement[]): string {
  const rows = [HEADER, ...measurements.flatMap(spendingRows)];
  const widths = HEADER.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const isNumber = (column: number) => column >= NUMBERS.from && column <= NUMBERS.to;
  const divider = widths.map((width, column) =>
    isNumber(column) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  );
  const pad = (cell: string, column: number) =>
    isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
  const [header = [], ...body] = rows.map((row) => row.map(pad));
  return [header, divider, ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** The two rows of a measurement, by cell: cold, and warm. */
export function spendingRows({ situation, cold, warm }: Measurement): string[][] {
  const row = (state: 'cold' | 'warm', { heads, gets, pulls }: Spending) => [
    situation.client,
    situationLabel(situation, state),
    ...[heads, gets, pulls['per-get'], pulls['two-gets'], pulls['per-architecture']].map(String),
    predictionOf(situation, state),
  ];
  return [row('cold', cold), row('warm', warm)];
}

/** A situation in words: `multi-architecture, by tag, cold`. */
export function situationLabel({ image, by }: Situation, state: 'cold' | 'warm'): string {
  return `${image}, by ${by}, ${state}`;
}
