import {
  checkHistoryQuery,
  fittingStep,
  gapAt,
  type HistoryPoint,
  type HistoryQuery,
  HistoryQueryError,
  type HistorySeries,
  LONG_CELL_MS,
  MAX_HISTORY_POINTS,
} from '../../domain/history/query.ts';
import type { PastTables } from './history-file.ts';
import { readExplained, rollUp } from './roll-up.ts';
import type { StoredCredential } from './tables/credential-table.ts';
import type { Cell, CellMinutes } from './tables/rollup-table.ts';

/** A query with a fixed length of cells, `step`, in milliseconds. */
export type CellQuery = HistoryQuery & { readonly step: number };

/** Reads the points of an answer. */
interface PointReaders {
  /** Returns every result, and the gaps between them; undefined if these are more than `MAX_HISTORY_POINTS`. */
  readonly samples: () => readonly HistoryPoint[] | undefined;
  readonly cells: (query: CellQuery) => readonly HistoryPoint[];
}

/**
 * Answers a query with results or with cells, depending on its step.
 * @param name the credential or source of the series
 * @param oldestSampleAt the instant from which every result is stored, in milliseconds since the epoch
 * @throws HistoryQueryError if the query is invalid or its answer would be too long
 */
export function seriesOfStep(
  name: string,
  query: HistoryQuery,
  oldestSampleAt: number,
  { samples, cells }: PointReaders,
): HistorySeries {
  checkHistoryQuery(query);
  const { from, to, step } = query;
  if (typeof step === 'number') return { name, from, to, stepMs: step, points: cells({ from, to, step }) };
  const points = step === 'raw' || from >= oldestSampleAt ? samples() : undefined;
  if (points) return { name, from, to, stepMs: null, points };
  if (step === 'raw') {
    throw new HistoryQueryError(
      `The range holds more than ${MAX_HISTORY_POINTS} results; shorten it, or give a step such as 5m`,
    );
  }
  const stepMs = fittingStep(from, to);
  return { name, from, to, stepMs, points: cells({ from, to, step: stepMs }) };
}

const DEFAULT_INTERVAL_MS = 60_000;
/** An interval longer than this many usual intervals is a gap. */
const INTERVALS_UNTIL_GAP = 3.5;

/** Inserts a gap into the middle of each interval that is much longer than the usual one (the median). */
export function markGaps(points: readonly HistoryPoint[]): HistoryPoint[] {
  const intervals = points.slice(1).map(({ at }, i) => at - (points[i]?.at ?? at));
  const usualMs =
    intervals.toSorted((a, b) => a - b)[Math.floor(intervals.length / 2)] ?? DEFAULT_INTERVAL_MS;
  return points.flatMap((point, i) => {
    const intervalMs = intervals[i - 1] ?? 0;
    return intervalMs > usualMs * INTERVALS_UNTIL_GAP
      ? [gapAt(point.at - Math.round(intervalMs / 2)), point]
      : [point];
  });
}

/**
 * Merges cells into longer ones, which start at multiples of their length since the epoch.
 * @param cells in chronological order
 */
function mergeCells(cells: readonly Cell[], cellMs: number): Cell[] {
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
    min: combineKnown(before.min, next.min, Math.min),
    max: combineKnown(before.max, next.max, Math.max),
    last: next.last ?? before.last,
    spent: combineKnown(before.spent, next.spent, (a, b) => a + b),
    observedSeconds: before.observedSeconds + next.observedSeconds,
  };
}

function combineKnown(
  a: number | null,
  b: number | null,
  combine: (a: number, b: number) => number,
): number | null {
  if (a === null || b === null) return a ?? b;
  return combine(a, b);
}

const MINUTE_MS = 60_000;

/**
 * Reads the cells of 5 minutes or of an hour that the cells of a query consist of. The newest cells, which are not stored
 * yet, are computed from samples.
 */
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
 * Returns one point for each cell of the query, a gap where no cell is stored.
 * @param cells in chronological order
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
