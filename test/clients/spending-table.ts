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
const ALIGNMENT = ['---', '---', '--:', '--:', '--:', '--:', '--:', '---'];

/** Measurements as a table in Markdown. */
export function spendingTable(measurements: readonly Measurement[]): string {
  return [line(HEADER), line(ALIGNMENT), ...measurements.flatMap(spendingRows)].join('\n');
}

/** The two lines of a measurement: cold, and warm. */
export function spendingRows({ situation, cold, warm }: Measurement): string[] {
  const row = (state: 'cold' | 'warm', { heads, gets, pulls }: Spending) =>
    line([
      situation.client,
      situationLabel(situation, state),
      ...[heads, gets, pulls['per-get'], pulls['two-gets'], pulls['per-architecture']].map(String),
      predictionOf(situation, state),
    ]);
  return [row('cold', cold), row('warm', warm)];
}

/** A situation in words: `multi-architecture, by tag, cold`. */
export function situationLabel({ image, by }: Situation, state: 'cold' | 'warm'): string {
  return `${image}, by ${by}, ${state}`;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
