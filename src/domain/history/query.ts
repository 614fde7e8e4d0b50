import { formatDuration } from '../../kit/duration.ts';
import { failureLabel, type Outcome, type Result } from '../result.ts';

/** The resolution of a history query: each result, cells of so many milliseconds, or the finest that fits. */
export type HistoryStep = 'raw' | 'auto' | number;

/** A query for the history of one credential. Instants are milliseconds since the epoch. */
export interface HistoryQuery {
  /** Start, included. */
  readonly from: number;
  /** End, not included. */
  readonly to: number;
  readonly step: HistoryStep;
}

/** The format of a history as text. */
export type HistoryFormat = 'json' | 'csv';

/** What a history belongs to: a credential, by its name, or a bucket, by its source. */
export interface HistorySubject {
  readonly kind: 'credential' | 'bucket';
  readonly name: string;
}

/** The most points of a series: 2,000. */
export const MAX_HISTORY_POINTS = 2_000;
/** The shortest cell, in milliseconds: 5 minutes. Every step is a multiple of it. */
export const SHORT_CELL_MS = 300_000;
/** The longer cell that is stored, in milliseconds: an hour. */
export const LONG_CELL_MS = 3_600_000;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * LONG_CELL_MS;
/** Usual steps in milliseconds, shortest first; longer steps are whole weeks. */
const LADDER = [
  SHORT_CELL_MS,
  10 * MINUTE_MS,
  15 * MINUTE_MS,
  30 * MINUTE_MS,
  LONG_CELL_MS,
  2 * LONG_CELL_MS,
  3 * LONG_CELL_MS,
  6 * LONG_CELL_MS,
  12 * LONG_CELL_MS,
  DAY_MS,
];

/** Thrown for an invalid query. The message says what is allowed. */
export class HistoryQueryError extends RangeError {
  override readonly name = 'HistoryQueryError';
}

/** Thrown when the history cannot be read now. The message gives the reason, without secrets. */
export class HistoryUnavailableError extends Error {
  override readonly name = 'HistoryUnavailableError';
}

/**
 * Checks a query without reading the history.
 * @throws HistoryQueryError when the range is empty, the step is not a multiple of 5 minutes, or there are too many points
 */
export function checkHistoryQuery({ from, to, step }: HistoryQuery): void {
  if (from >= to) throw new HistoryQueryError('The range is empty: from must be before to');
  if (typeof step !== 'number') return;
  if (step <= 0 || step % SHORT_CELL_MS !== 0) {
    throw new HistoryQueryError(
      `The step is not a multiple of 5m: ${formatDuration(step)}; allowed are raw and such multiples`,
    );
  }
  if (cellCount(from, to, step) > MAX_HISTORY_POINTS) {
    const shortest = formatDuration(fittingStep(from, to));
    throw new HistoryQueryError(
      `The answer would have more than ${MAX_HISTORY_POINTS} points; the shortest step for this range is ${shortest}`,
    );
  }
}

/** Returns the shortest step, in milliseconds, with at most `MAX_HISTORY_POINTS` cells in the range. */
export function fittingStep(from: number, to: number): number {
  const usual = LADDER.find((stepMs) => cellCount(from, to, stepMs) <= MAX_HISTORY_POINTS);
  if (usual !== undefined) return usual;
  const weekMs = 7 * DAY_MS;
  // One cell less, because the first and the last may be cut.
  return Math.ceil((to - from) / (MAX_HISTORY_POINTS - 1) / weekMs) * weekMs;
}

/** Returns the number of cells that overlap a range. Cells begin at multiples of their length since the epoch. */
function cellCount(from: number, to: number, stepMs: number): number {
  return Math.ceil(to / stepMs) - Math.floor(from / stepMs);
}

/** The values of a credential at one moment, or in one cell of time. Unknown values are null, never 0. */
export interface HistoryPoint {
  /** End of the probe, or start of the cell, in milliseconds since the epoch. */
  readonly at: number;
  /** Pulls left, in the newest answer of the cell with a limit. */
  readonly remaining: number | null;
  /** Pulls allowed in a window, in the same answer. */
  readonly limit: number | null;
  readonly windowSeconds: number | null;
  /** Pulls spent in the cell, or since the previous point. Null if no probe ran in the interval. */
  readonly spent: number | null;
  /** The outcome of the newest probe; null if no probe ran. */
  readonly outcome: Outcome['kind'] | null;
}

/** The history of one credential. */
export interface HistorySeries {
  /** The credential's name. */
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly from: number;
  /** Milliseconds since the epoch. */
  readonly to: number;
  /** Length of a cell in milliseconds; null when every point is a result. */
  readonly stepMs: number | null;
  /** In the order of time. */
  readonly points: readonly HistoryPoint[];
}

/** Returns a point without values: a gap, across which no line is drawn. */
export function gapAt(at: number): HistoryPoint {
  return { at, remaining: null, limit: null, windowSeconds: null, spent: null, outcome: null };
}

/** A change of limit, window or source between two answers. `at` is the time of the newer answer. */
export type HistoryChange =
  /** In pulls. */
  | { readonly kind: 'limit'; readonly at: number; readonly from: number; readonly to: number }
  /** In seconds. */
  | { readonly kind: 'window'; readonly at: number; readonly from: number; readonly to: number }
  /** Sources as sent. */
  | { readonly kind: 'source'; readonly at: number; readonly from: string; readonly to: string };

/** A range of time in milliseconds since the epoch: `from` is included, `to` is not. */
export interface HistorySpan {
  readonly from: number;
  readonly to: number;
}

/** A finished probe in a list of recent probes. */
export type Probe = Pick<Result, 'at' | 'durationMs' | 'outcome'>;

/** The newest probes of one credential, each list newest first. */
export interface RecentProbes {
  readonly newest: readonly Probe[];
  /** The newest failed probes, kept longer than the others: users look for them. */
  readonly failures: readonly Probe[];
}

/** The most probes in each list: 12. */
export const MAX_RECENT_PROBES = 12;

/** Returns the lists with a probe added that is newer than all others. */
export function addProbe({ newest, failures }: RecentProbes, probe: Probe): RecentProbes {
  const isFailure = failureLabel(probe.outcome) !== undefined;
  return {
    newest: [probe, ...newest].slice(0, MAX_RECENT_PROBES),
    failures: isFailure ? [probe, ...failures].slice(0, MAX_RECENT_PROBES) : failures,
  };
}
