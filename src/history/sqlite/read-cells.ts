import { LONG_CELL_MS } from '../../domain/history/query.ts';
import { gapAt, type HistoryPoint } from '../../domain/history/series.ts';
import type { PastTables } from './history-file.ts';
import { mergeCells } from './merge-cells.ts';
import { readExplained } from './read-explained.ts';
import { rollUp } from './roll-up.ts';
import type { CellQuery } from './series-of-step.ts';
import type { StoredCredential } from './tables/credential-table.ts';
import type { Cell, CellMinutes } from './tables/rollup-table.ts';

const MINUTE_MS = 60_000;

/** Reads the cells of which longer ones can be made: those that were summed up already, and the newest, which were not. */
export function readCells(file: PastTables, credential: StoredCredential, query: CellQuery): Cell[] {
  const minutes: CellMinutes = query.step % LONG_CELL_MS === 0 ? 60 : 5;
  const { firstAt, endAt } = gridOf(query);
  const rolledUntil = Math.max(firstAt, credential.rolledUntil);
  const cells = file.rollups.between(credential.id, minutes, firstAt, Math.min(endAt, rolledUntil));
  if (endAt > rolledUntil) {
    const explained = readExplained(file, credential.id, rolledUntil, endAt);
    cells.push(...rollUp(explained, minutes * MINUTE_MS, rolledUntil, endAt));
  }
  return cells;
}

/**
 * Makes one point of each cell of the query, a gap where there is nothing.
 * @param cells in the order of time
 */
export function pointsOfCells(file: PastTables, cells: readonly Cell[], query: CellQuery): HistoryPoint[] {
  const { step } = query;
  const { firstAt, endAt } = gridOf(query);
  const byStart = new Map(mergeCells(cells, step).map((cell) => [cell.startAt, cell]));
  return Array.from({ length: (endAt - firstAt) / step }, (_, i) => {
    const at = firstAt + i * step;
    const cell = byStart.get(at);
    return cell ? cellPoint(file, cell) : gapAt(at);
  });
}

function gridOf({ from, to, step }: CellQuery): { firstAt: number; endAt: number } {
  return { firstAt: Math.floor(from / step) * step, endAt: Math.ceil(to / step) * step };
}

function cellPoint(file: PastTables, cell: Cell): HistoryPoint {
  const limited = cell.limitedId === null ? undefined : file.outcomes.outcome(cell.limitedId);
  return {
    at: cell.startAt,
    remaining: cell.last,
    limit: limited?.limit ?? null,
    windowSeconds: limited?.windowSeconds ?? null,
    spent: cell.spent,
    outcome: file.outcomes.outcome(cell.outcomeId).kind,
  };
}
