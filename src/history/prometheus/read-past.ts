import type { CredentialState } from '../../domain/credential-state.ts';
import { type HistoryQuery, HistoryUnavailableError } from '../../domain/history/query.ts';
import { gapAt, type HistoryPoint, type HistorySeries } from '../../domain/history/series.ts';
import type { Result } from '../../domain/result.ts';
import { type OwnSeries, readOwnSeries } from './own-series.ts';
import { QueryError } from './query-error.ts';
import { evaluationOf, expressionFor, planRange, type RangePlan } from './range-plan.ts';
import { HISTORY_FAMILIES, toPoints } from './range-points.ts';

/** Where a past is read. */
export interface PastSource extends OwnSeries {
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

async function readPoints(source: OwnSeries, name: string, plan: RangePlan): Promise<HistoryPoint[]> {
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
