import { type HistoryQuery, MAX_HISTORY_POINTS } from '../../domain/history/query.ts';
import type { HistoryPoint, HistorySeries } from '../../domain/history/series.ts';
import type { PastTables } from './history-file.ts';
import { markGaps } from './mark-gaps.ts';
import { pointsOfCells, readCells } from './read-cells.ts';
import { readExplained } from './read-explained.ts';
import { seriesOfStep } from './series-of-step.ts';
import type { StoredCredential } from './tables/credential-table.ts';
import type { StoredSample } from './tables/sample-table.ts';

/**
 * Reads the past of one credential.
 * @param oldestSampleAt since when every result is kept, in milliseconds since the epoch
 * @throws HistoryQueryError when it cannot be answered as it is asked
 */
export function readSeries(
  file: PastTables,
  credential: StoredCredential,
  query: HistoryQuery,
  oldestSampleAt: number,
): HistorySeries {
  return seriesOfStep(credential.name, query, oldestSampleAt, {
    samples: () => readSamples(file, credential, query),
    cells: (cellQuery) => pointsOfCells(file, readCells(file, credential, cellQuery), cellQuery),
  });
}

/** Every result, and a gap where there was none for long; undefined when these are too many. */
function readSamples(
  file: PastTables,
  credential: StoredCredential,
  { from, to }: HistoryQuery,
): HistoryPoint[] | undefined {
  const samples = file.samples.between(credential.id, from, to, MAX_HISTORY_POINTS + 1);
  if (samples.length > MAX_HISTORY_POINTS) return undefined;
  const tail = samples.find(({ at }) => at >= credential.rolledUntil);
  const steps = tail ? readExplained(file, credential.id, tail.at, to).steps : [];
  const spentAt = new Map(steps.map((step) => [step.to, step.spent]));
  const points = samples.map((sample) =>
    toPoint(file, sample, sample.spent ?? spentAt.get(sample.at) ?? null),
  );
  const withGaps = markGaps(points);
  return withGaps.length > MAX_HISTORY_POINTS ? undefined : withGaps;
}

function toPoint(
  file: PastTables,
  { at, outcomeId, remaining }: StoredSample,
  spent: number | null,
): HistoryPoint {
  const { kind, limit, windowSeconds } = file.outcomes.outcome(outcomeId);
  return { at, remaining, limit, windowSeconds, spent, outcome: kind };
}
