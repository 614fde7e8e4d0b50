import {
  checkHistoryQuery,
  fittingStep,
  type HistoryQuery,
  HistoryQueryError,
  MAX_HISTORY_POINTS,
  SHORT_CELL_MS,
} from '../../domain/history/query.ts';
import type { EvaluationRange } from './query-client.ts';

/** The cells that a question is answered by. Instants are milliseconds since the epoch. */
export interface RangePlan {
  readonly stepMs: number;
  /** The beginning of each cell. */
  readonly cells: readonly number[];
}

/** The shortest cell, in milliseconds (1 min): nobody is asked more often by default, and scraped not much more. */
const FINEST_MS = 60_000;

/**
 * Chooses the cells.
 * @throws HistoryQueryError when it cannot be answered as it is asked
 */
export function planRange(query: HistoryQuery): RangePlan {
  checkHistoryQuery(query);
  const { from, to, step } = query;
  if (step === 'raw') {
    throw new HistoryQueryError(
      'Prometheus keeps scrapes, not results: leave out step, or give a multiple of 5m',
    );
  }
  const stepMs = step === 'auto' ? chooseStep(from, to) : step;
  const firstAt = Math.floor(from / stepMs) * stepMs;
  const count = Math.ceil((to - firstAt) / stepMs);
  return { stepMs, cells: Array.from({ length: count }, (_, i) => firstAt + i * stepMs) };
}

/** A cell is what is known at its end. */
export function evaluationOf({ stepMs, cells }: RangePlan): EvaluationRange {
  const from = (cells[0] ?? 0) + stepMs;
  return { from, to: from + (cells.length - 1) * stepMs, stepMs };
}

/**
 * How a selector is evaluated. Up to 5 minutes Prometheus looks back by itself, and leaves out what has gone stale; in a
 * longer cell the newest sample counts, wherever in the cell it is.
 */
export function expressionFor(selector: string, { stepMs }: RangePlan): string {
  return stepMs <= SHORT_CELL_MS ? selector : `last_over_time(${selector}[${stepMs / 1_000}s])`;
}

function chooseStep(from: number, to: number): number {
  const cells = Math.ceil(to / FINEST_MS) - Math.floor(from / FINEST_MS);
  return cells <= MAX_HISTORY_POINTS ? FINEST_MS : fittingStep(from, to);
}
