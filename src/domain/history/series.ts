import type { Outcome } from '../outcome.ts';

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
