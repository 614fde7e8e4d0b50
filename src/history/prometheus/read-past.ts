import { believe } from '../../domain/believable.ts';
import type { CredentialState } from '../../domain/credential-state.ts';
import { explainSpending } from '../../domain/forecast/spending.ts';
import {
  checkHistoryQuery,
  fittingStep,
  gapAt,
  type HistoryPoint,
  type HistoryQuery,
  HistoryQueryError,
  type HistorySeries,
  HistoryUnavailableError,
  MAX_HISTORY_POINTS,
  SHORT_CELL_MS,
} from '../../domain/history/query.ts';
import type { Outcome, Result } from '../../domain/result.ts';
import { type OwnSeriesSource, readOwnSeries } from './own-series.ts';
import type { EvaluationRange } from './query-client.ts';
import { type QueriedSeries, QueryError } from './query-result.ts';

/** The cells of a query. Times are milliseconds since the epoch. */
interface RangePlan {
  readonly stepMs: number;
  /** The start of each cell. */
  readonly cells: readonly number[];
}

/** The shortest cell in milliseconds: 1 min, the default poll interval. */
const MIN_STEP_MS = 60_000;

/**
 * Chooses the cells of a query.
 * @throws HistoryQueryError if the query is invalid
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

/** Returns the times of evaluation: the end of each cell. */
export function evaluationOf({ stepMs, cells }: RangePlan): EvaluationRange {
  const from = (cells[0] ?? 0) + stepMs;
  return { from, to: from + (cells.length - 1) * stepMs, stepMs };
}

/**
 * Returns the expression for a selector. Up to 5 minutes Prometheus itself uses the newest sample unless it is stale; for a
 * longer cell `last_over_time` selects the newest sample in it.
 */
export function expressionFor(selector: string, { stepMs }: RangePlan): string {
  return stepMs <= SHORT_CELL_MS ? selector : `last_over_time(${selector}[${stepMs / 1_000}s])`;
}

function chooseStep(from: number, to: number): number {
  const cells = Math.ceil(to / MIN_STEP_MS) - Math.floor(from / MIN_STEP_MS);
  return cells <= MAX_HISTORY_POINTS ? MIN_STEP_MS : fittingStep(from, to);
}

/** The metrics from which the history of a credential is read. */
const HISTORY_FAMILIES = [
  'dockerhub_up',
  'dockerhub_ratelimit_limit',
  'dockerhub_ratelimit_remaining',
  'dockerhub_ratelimit_window_seconds',
  'dockerhub_ratelimit_enforced',
  'dockerhub_ratelimit_blocked',
] as const;

/** The values at the end of a cell by metric; the largest of several series. */
type CellValues = Partial<Record<string, number>>;

/**
 * Converts the series of one credential to one point per cell. Missing values are null.
 * @param series the series of one instance, from every scrape
 */
export function toPoints(series: readonly QueriedSeries[], plan: RangePlan): HistoryPoint[] {
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
  // After a failed probe the old values are exposed for a while; in the history they belong to an earlier probe.
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

/** Adds the pulls spent between the ends of consecutive cells. */
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

/** The source of the history, with its current problem. */
interface PastSource extends OwnSeriesSource {
  /** Returns why Prometheus cannot be read now; undefined while it can. */
  readonly trouble: () => string | undefined;
}

/**
 * Reads the history of a credential from Prometheus. Before the first scrape the own series are unknown; then only the
 * newest result is returned.
 * @throws HistoryQueryError if the query is invalid
 * @throws HistoryUnavailableError if Prometheus cannot be read
 */
export async function readPast(
  source: PastSource,
  { identity: { name }, latest }: CredentialState,
  query: HistoryQuery,
): Promise<HistorySeries> {
  const plan = planRange(query);
  const trouble = source.trouble();
  if (source.ownLabels.all().length > 0)
    return toSeries(name, query, plan, await readPoints(source, name, plan));
  if (trouble !== undefined) throw new HistoryUnavailableError(trouble);
  return toSeries(name, query, plan, pointsOfNewest(latest, plan));
}

async function readPoints(source: OwnSeriesSource, name: string, plan: RangePlan): Promise<HistoryPoint[]> {
  try {
    const series = await readOwnSeries(source, {
      name,
      families: HISTORY_FAMILIES,
      range: evaluationOf(plan),
      expressionFor: (selector) => expressionFor(selector, plan),
    });
    return toPoints(series, plan);
  } catch (error) {
    throw error instanceof QueryError ? new HistoryUnavailableError(error.message) : error;
  }
}

function pointsOfNewest(newest: Result | undefined, { cells, stepMs }: RangePlan): HistoryPoint[] {
  return cells.map((at) =>
    newest && newest.at >= at && newest.at < at + stepMs ? pointOfResult(at, newest) : gapAt(at),
  );
}

function pointOfResult(at: number, { outcome }: Result): HistoryPoint {
  const gap = { ...gapAt(at), outcome: outcome.kind };
  if (outcome.kind !== 'limited') return gap;
  const { remaining, limit, windowSeconds = null } = outcome;
  return { ...gap, remaining, limit, windowSeconds };
}

function toSeries(
  name: string,
  { from, to }: HistoryQuery,
  { stepMs }: RangePlan,
  points: readonly HistoryPoint[],
): HistorySeries {
  return { name, from, to, stepMs, points };
}
