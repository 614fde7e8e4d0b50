import { believe } from '../../domain/believable.ts';
import { explainSpending } from '../../domain/forecast/spending.ts';
import { gapAt, type HistoryPoint } from '../../domain/history/series.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { AnsweredSeries } from './answer.ts';
import type { RangePlan } from './range-plan.ts';

/** The families that a credential's past is read from. */
export const HISTORY_FAMILIES = [
  'dockerhub_up',
  'dockerhub_ratelimit_limit',
  'dockerhub_ratelimit_remaining',
  'dockerhub_ratelimit_window_seconds',
  'dockerhub_ratelimit_enforced',
  'dockerhub_ratelimit_blocked',
] as const;

/** What is known at the end of one cell; of a family with several series the largest value. */
type CellValues = Partial<Record<string, number>>;

/**
 * Turns the series of one credential into a point for each cell. What no series says is null.
 * @param series of one Headroom; where it is scraped more than once, of each scrape
 */
export function toPoints(series: readonly AnsweredSeries[], plan: RangePlan): HistoryPoint[] {
  const valuesAt = new Map<number, CellValues>();
  for (const { labels, values } of series) {
    const family = labels.__name__ ?? '';
    for (const { at, value } of values) {
      const cell = valuesAt.get(at) ?? {};
      cell[family] = Math.max(value, cell[family] ?? value);
      valuesAt.set(at, cell);
    }
  }
  const points = plan.cells.map((at) => toPoint(at, valuesAt.get(at + plan.stepMs)));
  return withSpending(points);
}

function toPoint(at: number, values: CellValues | undefined): HistoryPoint {
  const outcome = values && outcomeOf(values);
  if (!values || !outcome) return gapAt(at);
  // A failed probe keeps the last values on show for a while; in the past they belong to the answer that gave them.
  const said = outcome === 'limited' ? values : {};
  return {
    at,
    remaining: believe('remaining', said.dockerhub_ratelimit_remaining) ?? null,
    limit: believe('limit', said.dockerhub_ratelimit_limit) ?? null,
    windowSeconds: believe('windowSeconds', said.dockerhub_ratelimit_window_seconds) ?? null,
    spent: null,
    outcome,
  };
}

function outcomeOf(values: CellValues): Outcome['kind'] | undefined {
  const { dockerhub_up: up, dockerhub_ratelimit_enforced: enforced } = values;
  if (up === undefined) return undefined;
  if (up !== 1) return values.dockerhub_ratelimit_blocked === 1 ? 'blocked' : 'failed';
  return enforced === 0 ? 'unlimited' : 'limited';
}

/** Pulls spent between one cell's end and the next, as far as the ends of cells show. */
function withSpending(points: readonly HistoryPoint[]): HistoryPoint[] {
  const samples = points.flatMap(({ at, remaining, limit, windowSeconds }) =>
    remaining === null || limit === null
      ? []
      : [
          {
            kind: 'limited' as const,
            at,
            remaining,
            limit,
            windowSeconds: windowSeconds ?? undefined,
            source: undefined,
          },
        ],
  );
  const spentAt = new Map(explainSpending(samples).map(({ to, spent, isGap }) => [to, isGap ? null : spent]));
  return points.map((point) => ({ ...point, spent: spentAt.get(point.at) ?? null }));
}
