import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Situation } from './situation.ts';
import { situationLabel } from './spending-table.ts';

/** The page that holds the measured table. */
const PAGE = join(import.meta.dirname, '../../docs/real-clients.md');

/** The rows of the documentation's table for a situation: cold, and warm. */
export function documentedSpending(situation: Situation): string[] {
  const lines = readFileSync(PAGE, 'utf8').split('\n');
  const starts = (['cold', 'warm'] as const).map(
    (state) => `| ${situation.client} | ${situationLabel(situation, state)} |`,
  );
  return lines.filter((line) => starts.some((start) => line.startsWith(start)));
}
