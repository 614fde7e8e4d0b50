import type { Cell } from './tables/rollup-table.ts';

/**
 * Joins cells into longer ones that begin at multiples of their length since the epoch.
 * @param cells in the order of time
 */
export function mergeCells(cells: readonly Cell[], cellMs: number): Cell[] {
  const merged = new Map<number, Cell>();
  for (const cell of cells) {
    const startAt = Math.floor(cell.startAt / cellMs) * cellMs;
    const before = merged.get(startAt);
    merged.set(startAt, before ? join(before, cell) : { ...cell, startAt });
  }
  return [...merged.values()];
}

function join(before: Cell, next: Cell): Cell {
  return {
    startAt: before.startAt,
    outcomeId: next.outcomeId,
    limitedId: next.limitedId ?? before.limitedId,
    min: either(before.min, next.min, Math.min),
    max: either(before.max, next.max, Math.max),
    last: next.last ?? before.last,
    spent: either(before.spent, next.spent, (a, b) => a + b),
    observedSeconds: before.observedSeconds + next.observedSeconds,
  };
}

function either(
  a: number | null,
  b: number | null,
  combine: (a: number, b: number) => number,
): number | null {
  if (a === null || b === null) return a ?? b;
  return combine(a, b);
}
