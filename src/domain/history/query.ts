import { formatDuration } from '../../kit/duration.ts';
import { failureLabel, type Outcome, type Result } from '../result.ts';

/** How finely a history is asked for: each result, cells of so many milliseconds, or the finest that fits. */
export type HistoryStep = 'raw' | 'auto' | number;

/** A question about the past of one credential. Instants are milliseconds since the epoch. */
export interface HistoryQuery {
  /** Included. */
  readonly from: number;
  /** Not included. */
  readonly to: number;
  readonly step: HistoryStep;
}

/** The most points an answer has: 2,000. */
export const MAX_HISTORY_POINTS = 2_000;
/** The shortest cell, in milliseconds: 5 minutes. Every step is a multiple of it. */
export const SHORT_CELL_MS = 300_000;
/** The longer cell that is kept, in milliseconds: an hour. */
export const LONG_CELL_MS = 3_600_000;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * LONG_CELL_MS;
/** Steps that people think in, in milliseconds; beyond them whole weeks. */
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

/** A question that cannot be answered as it is asked; the message says what can be. */
export class HistoryQueryError extends RangeError {
  override readonly name = 'HistoryQueryError';
}

/** A history that cannot be read now, whatever is asked of it; the message says why, without secrets. */
export class HistoryUnavailableError extends Error {
  override readonly name = 'HistoryUnavailableError';
}

/**
 * Checks what can be checked without looking.
 * @throws HistoryQueryError
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

/** The shortest step whose cells are not too many, in milliseconds. */
export function fittingStep(from: number, to: number): number {
  const usual = LADDER.find((stepMs) => cellCount(from, to, stepMs) <= MAX_HISTORY_POINTS);
  if (usual !== undefined) return usual;
  const weekMs = 7 * DAY_MS;
  // One cell less, because the first and the last may be cut.
  return Math.ceil((to - from) / (MAX_HISTORY_POINTS - 1) / weekMs) * weekMs;
}

/** How many cells of the grid a range touches. Cells begin at multiples of their length since the epoch. */
function cellCount(from: number, to: number, stepMs: number): number {
  return Math.ceil(to / stepMs) - Math.floor(from / stepMs);
}

/** What a credential had left at one moment, or in one cell of time. What is not known is null, never 0. */
export interface HistoryPoint {
  /** When the probe ended, or the cell begins, in milliseconds since the epoch. */
  readonly at: number;
  /** Pulls left, in the newest answer of the cell that said it. */
  readonly remaining: number | null;
  /** Pulls allowed in a window, in the same answer. */
  readonly limit: number | null;
  readonly windowSeconds: number | null;
  /** Pulls spent in the cell, or since the point before; null where nobody looked. */
  readonly spent: number | null;
  /** What the newest probe learned; null where there was none. */
  readonly outcome: Outcome['kind'] | null;
}

/** The past of one credential. */
export interface HistorySeries {
  /** The credential's name. */
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly from: number;
  /** Milliseconds since the epoch. */
  readonly to: number;
  /** The length of a cell in milliseconds; null where every point is a result. */
  readonly stepMs: number | null;
  /** In the order of time. */
  readonly points: readonly HistoryPoint[];
}

/** A point at which nothing is known: a gap, so that no line is drawn across it. */
export function gapAt(at: number): HistoryPoint {
  return { at, remaining: null, limit: null, windowSeconds: null, spent: null, outcome: null };
}

/** A change of what Docker Hub grants a credential, seen between two answers. `at` is that of the newer one. */
export type HistoryChange =
  /** From so many pulls to so many. */
  | { readonly kind: 'limit'; readonly at: number; readonly from: number; readonly to: number }
  /** From so many seconds to so many. */
  | { readonly kind: 'window'; readonly at: number; readonly from: number; readonly to: number }
  /** From one source to another, as sent. */
  | { readonly kind: 'source'; readonly at: number; readonly from: string; readonly to: string };

/** Which part of the past is looked at, in milliseconds since the epoch: `from` is included, `to` is not. */
export interface HistorySpan {
  readonly from: number;
  readonly to: number;
}

/** A finished probe as it is told one by one. */
export type Probe = Pick<Result, 'at' | 'durationMs' | 'outcome'>;

/** The newest probes of one credential, each list newest first. */
export interface RecentProbes {
  readonly newest: readonly Probe[];
  /** Those that learned nothing: they are what people come to look at, and are remembered for longer. */
  readonly failures: readonly Probe[];
}

/** How many probes of each list are told: 12. */
export const MAX_RECENT_PROBES = 12;

/** Adds a probe, newer than all before. */
export function addProbe({ newest, failures }: RecentProbes, probe: Probe): RecentProbes {
  const isFailure = failureLabel(probe.outcome) !== undefined;
  return {
    newest: [probe, ...newest].slice(0, MAX_RECENT_PROBES),
    failures: isFailure ? [probe, ...failures].slice(0, MAX_RECENT_PROBES) : failures,
  };
}
