import type { HistoryPoint, HistoryQuery, HistorySeries } from '../../src/domain/history/query.ts';
import { gapAt } from '../../src/domain/history/query.ts';
import { NOW } from './states.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

/** An answer of `remaining` of 100 pulls. */
export function answered(at: number, remaining: number, changes: Partial<HistoryPoint> = {}): HistoryPoint {
  return { at, remaining, limit: 100, windowSeconds: 21_600, spent: 0, outcome: 'limited', ...changes };
}

/** A result without a number. */
export function unanswered(at: number, outcome: 'failed' | 'blocked' | 'unlimited' = 'failed'): HistoryPoint {
  return { ...gapAt(at), outcome };
}

/** The last hour, or another stretch that ends at `NOW`; every point is a result unless `stepMs` is given. */
export function seriesOf(
  points: readonly HistoryPoint[],
  { from = NOW - HOUR_MS, to = NOW, stepMs = null }: Partial<HistorySeries> = {},
): HistorySeries {
  return { name: 'ci', from, to, stepMs, points };
}

/** A past in which now more and now less is spent, so that every level of a heatmap occurs, in any requested step. */
export function busyHistory(name: string, { from, to, step }: HistoryQuery): HistorySeries {
  const stepMs = typeof step === 'number' ? step : MINUTE_MS;
  const first = Math.max(Math.ceil(from / stepMs) * stepMs, NOW - 2_000 * stepMs);
  const points = Array.from({ length: Math.max(0, Math.floor((to - first) / stepMs)) }, (_, i) =>
    answered(first + i * stepMs, 100 - (i % 40), { spent: i % 12 }),
  );
  return { name, from, to, stepMs: typeof step === 'number' ? step : null, points };
}
