import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Situation } from './situation.ts';
import { situationLabel } from './spending-table.ts';

/** The page that holds the measured table. */
const PAGE = join(import.meta.dirname, '../../docs/real-clients.md');

/** The rows of the documentation's table for a situation, by cell: cold, and warm. */
export function documentedSpending(situation: Situation): string[][] {
  const labels = [situationLabel(situation, 'cold'), situationLabel(situation, 'warm')];
  return tableRows(readFileSync(PAGE, 'utf8')).filter(
    ([client, label = '']) => client === situation.client && labels.includes(label),
  );
}

function tableRows(markdown: string): string[][] {
  const lines = markdown.split('\n').filter((line) => line.startsWith('|'));
  return lines.map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}
