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

/** The cells that a question is answered by. Instants are milliseconds since the epoch. */
interface RangePlan {
  readonly stepMs: number;
  /** The beginning of each cell. */
  readonly cells: readonly number[];
}

/** The shortest cell, in milliseconds (1 min): nobody is asked more often by default, and scraped not much more. */
const MIN_STEP_MS = 60_000;

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
  const cells = Math.ceil(to / MIN_STEP_MS) - Math.floor(from / MIN_STEP_MS);
  return cells <= MAX_HISTORY_POINTS ? MIN_STEP_MS : fittingStep(from, to);
}

/** The families that a credential's past is read from. */
const HISTORY_FAMILIES = [
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

/** Where a past is read. */
interface PastSource extends OwnSeriesSource {
  /** Why the store cannot be read now; undefined while it can. */
  readonly trouble: () => string | undefined;
}

/**
 * The past of a credential, as the store has it. Before the first scrape nobody knows which past is the own one: then the
 * newest result alone is told.
 * @throws HistoryQueryError when it cannot be answered as it is asked
 * @throws HistoryUnavailableError when the store does not answer
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
