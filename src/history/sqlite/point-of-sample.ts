import type { SeriesPoint } from '../../domain/forecast/series-point.ts';
import type { StoredOutcome } from './tables/outcome-table.ts';
import type { StoredSample } from './tables/sample-table.ts';

/** What a stored sample contributes to the history that forecasts are made of, as `pointOf` says it of a result. */
export function pointOfSample({ at, remaining }: StoredSample, outcome: StoredOutcome): SeriesPoint {
  const { kind, limit } = outcome;
  const source = outcome.source ?? undefined;
  if (kind === 'unlimited') return { kind, at, source };
  if (kind !== 'limited' || remaining === null || limit === null) return { kind: 'missed', at };
  return { kind, at, limit, remaining, windowSeconds: outcome.windowSeconds ?? undefined, source };
}
