import { joinBucketSeries } from '../../domain/forecast/bucket-series.ts';
import type { SeriesPoint } from '../../domain/forecast/series-point.ts';
import { explainSpending } from '../../domain/forecast/spending.ts';
import { type HistoryQuery, MAX_HISTORY_POINTS } from '../../domain/history/query.ts';
import type { HistoryPoint, HistorySeries } from '../../domain/history/series.ts';
import type { PastTables } from './history-file.ts';
import { markGaps } from './mark-gaps.ts';
import { pointOfSample } from './point-of-sample.ts';
import { pointsOfCells, readCells } from './read-cells.ts';
import { readAround } from './read-explained.ts';
import { type CellQuery, seriesOfStep } from './series-of-step.ts';
import type { StoredCredential } from './tables/credential-table.ts';
import type { Cell } from './tables/rollup-table.ts';

/**
 * Reads the past of the bucket of a source, joined from those who draw on it. What failed says nothing of the bucket,
 * and is not there.
 * @param credentials who draws on it
 * @param oldestSampleAt since when every result is kept, in milliseconds since the epoch
 * @throws HistoryQueryError when it cannot be answered as it is asked
 */
export function readBucketSeries(
  file: PastTables,
  source: string,
  credentials: readonly StoredCredential[],
  query: HistoryQuery,
  oldestSampleAt: number,
): HistorySeries {
  return seriesOfStep(source, query, oldestSampleAt, {
    samples: () => readSamples(file, source, credentials, query),
    cells: (cellQuery) => pointsOfCells(file, readBestCells(file, source, credentials, cellQuery), cellQuery),
  });
}

function readSamples(
  file: PastTables,
  source: string,
  credentials: readonly StoredCredential[],
  { from, to }: HistoryQuery,
): HistoryPoint[] | undefined {
  let count = 0;
  for (const { id } of credentials) {
    count += file.samples.between(id, from, to, MAX_HISTORY_POINTS + 1).length;
    if (count > MAX_HISTORY_POINTS) return undefined;
  }
  const joined = joinBucketSeries(
    credentials.map(({ id, name }) => ({
      credential: name,
      points: readAround(file, id, from, to).map((sample) =>
        pointOfSample(sample, file.outcomes.outcome(sample.outcomeId)),
      ),
    })),
  ).find((bucket) => bucket.source === source);
  const points = toHistoryPoints(joined?.points ?? []).filter(({ at }) => at >= from && at < to);
  const withGaps = markGaps(points);
  return withGaps.length > MAX_HISTORY_POINTS ? undefined : withGaps;
}

/** All credentials see the same pulls: what was spent is explained anew, between one's answer and another's. */
function toHistoryPoints(points: readonly SeriesPoint[]): HistoryPoint[] {
  const spentAt = new Map<number, number>();
  for (const { to, spent } of explainSpending(points)) spentAt.set(to, (spentAt.get(to) ?? 0) + spent);
  const byTime = new Map<number, HistoryPoint>();
  for (const point of points) {
    if (point.kind === 'missed') continue;
    const { at, kind: outcome } = point;
    const spent = spentAt.get(at) ?? null;
    const limited = point.kind === 'limited' ? point : undefined;
    const { remaining = null, limit = null, windowSeconds = null } = limited ?? {};
    byTime.set(at, { at, remaining, limit, windowSeconds, spent, outcome });
  }
  return [...byTime.values()];
}

/** Each cell from the credential that looked longest, among those whose newest answer in it came from the source. */
function readBestCells(
  file: PastTables,
  source: string,
  credentials: readonly StoredCredential[],
  query: CellQuery,
): Cell[] {
  const best = new Map<number, Cell>();
  for (const credential of credentials) {
    for (const cell of readCells(file, credential, query)) {
      if (file.outcomes.outcome(cell.limitedId ?? cell.outcomeId).source !== source) continue;
      const other = best.get(cell.startAt);
      if (!other || cell.observedSeconds > other.observedSeconds) best.set(cell.startAt, cell);
    }
  }
  return [...best.values()].sort((a, b) => a.startAt - b.startAt);
}
