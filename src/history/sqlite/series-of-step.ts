import {
  checkHistoryQuery,
  fittingStep,
  type HistoryQuery,
  HistoryQueryError,
  MAX_HISTORY_POINTS,
} from '../../domain/history/query.ts';
import type { HistoryPoint, HistorySeries } from '../../domain/history/series.ts';

/** A question whose cells have a length, in milliseconds. */
export type CellQuery = HistoryQuery & { readonly step: number };

/** Where the points of an answer come from. */
export interface PointReaders {
  /** Every result, with its gaps; undefined when these are too many. */
  readonly samples: () => readonly HistoryPoint[] | undefined;
  readonly cells: (query: CellQuery) => readonly HistoryPoint[];
}

/**
 * Answers a question with results or with cells, as its step wants.
 * @param name whose past it is
 * @param oldestSampleAt since when every result is kept, in milliseconds since the epoch
 * @throws HistoryQueryError when it cannot be answered as it is asked
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
