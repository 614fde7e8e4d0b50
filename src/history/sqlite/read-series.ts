import { joinBucketSeries } from '../../domain/forecast/bucket-series.ts';
import type { SeriesPoint } from '../../domain/forecast/series-point.ts';
import { explainSpending } from '../../domain/forecast/spending.ts';
import type { HistoryPoint, HistorySeries } from '../../domain/history/query.ts';
import { type HistoryQuery, MAX_HISTORY_POINTS } from '../../domain/history/query.ts';
import type { PastTables } from './history-file.ts';
import { pointOfSample, readExplained, readSamplesAround } from './roll-up.ts';
import { type CellQuery, markGaps, pointsOfCells, readCells, seriesOfStep } from './series-points.ts';
import type { StoredCredential } from './tables/credential-table.ts';
import type { Cell } from './tables/rollup-table.ts';
import type { StoredSample } from './tables/sample-table.ts';

/**
 * Reads the history of one credential.
 * @param oldestSampleAt the instant from which every result is stored, in milliseconds since the epoch
 * @throws HistoryQueryError if the query is invalid or its answer would be too long
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

/** Returns every result, and the gaps between them; undefined if these are more than `MAX_HISTORY_POINTS`. */
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

/**
 * Reads the history of the bucket of a source, joined from the credentials that use it. Failed probes are left out: they
 * report nothing about the bucket.
 * @param credentials the credentials that use the bucket
 * @param oldestSampleAt the instant from which every result is stored, in milliseconds since the epoch
 * @throws HistoryQueryError if the query is invalid or its answer would be too long
 */
export function readBucketSeries(
  file: PastTables,
  source: string,
  credentials: readonly StoredCredential[],
  query: HistoryQuery,
  oldestSampleAt: number,
): HistorySeries {
  return seriesOfStep(source, query, oldestSampleAt, {
    samples: () => readBucketSamples(file, source, credentials, query),
    cells: (cellQuery) => pointsOfCells(file, readBestCells(file, source, credentials, cellQuery), cellQuery),
  });
}

function readBucketSamples(
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
      points: readSamplesAround(file, id, from, to).map((sample) =>
        pointOfSample(sample, file.outcomes.outcome(sample.outcomeId)),
      ),
    })),
  ).find((bucket) => bucket.source === source);
  const points = toHistoryPoints(joined?.points ?? []).filter(({ at }) => at >= from && at < to);
  const withGaps = markGaps(points);
  return withGaps.length > MAX_HISTORY_POINTS ? undefined : withGaps;
}

/** Computes the spending over the joined points: all credentials of a bucket observe the same pulls. */
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

/** A credential replaces another in a cell only if it observed this many times as long: a change of credential loses pulls. */
const CLEARLY_LONGER = 1.5;

/**
 * Picks for each cell a credential of those whose newest limit in it came from the source: the one that observed the whole
 * range longest, unless another observed clearly more of the cell.
 */
function readBestCells(
  file: PastTables,
  source: string,
  credentials: readonly StoredCredential[],
  query: CellQuery,
): Cell[] {
  const series = credentials.map((credential) =>
    readCells(file, credential, query).filter(
      ({ limitedId, outcomeId }) => file.outcomes.outcome(limitedId ?? outcomeId).source === source,
    ),
  );
  const best = new Map<number, Cell>();
  for (const cells of series.sort((a, b) => observedSeconds(b) - observedSeconds(a))) {
    for (const cell of cells) {
      const other = best.get(cell.startAt);
      if (!other || cell.observedSeconds > other.observedSeconds * CLEARLY_LONGER)
        best.set(cell.startAt, cell);
    }
  }
  return [...best.values()].sort((a, b) => a.startAt - b.startAt);
}

function observedSeconds(cells: readonly Cell[]): number {
  return cells.reduce((sum, cell) => sum + cell.observedSeconds, 0);
}
