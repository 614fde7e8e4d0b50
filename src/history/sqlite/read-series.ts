import {
  checkHistoryQuery,
  fittingStep,
  type HistoryQuery,
  HistoryQueryError,
  LONG_CELL_MS,
  MAX_HISTORY_POINTS,
} from '../../domain/history-query.ts';
import { gapAt, type HistoryPoint, type HistorySeries } from '../../domain/history-series.ts';
import type { HistoryFile } from './history-file.ts';
import { mergeCells } from './merge-cells.ts';
import { readExplained } from './read-explained.ts';
import { rollUp } from './roll-up.ts';
import type { StoredCredential } from './tables/credential-table.ts';
import type { Cell, CellMinutes } from './tables/rollup-table.ts';
import type { StoredSample } from './tables/sample-table.ts';

const MINUTE_MS = 60_000;
/** A longer silence than this many usual intervals is a gap. */
const INTERVALS_UNTIL_GAP = 3.5;

/**
 * Reads the past of one credential.
 * @param oldestSampleAt since when every result is kept, in milliseconds since the epoch
 * @throws HistoryQueryError when it cannot be answered as it is asked
 */
export function readSeries(
  file: HistoryFile,
  credential: StoredCredential,
  query: HistoryQuery,
  oldestSampleAt: number,
): HistorySeries {
  checkHistoryQuery(query);
  const { from, to, step } = query;
  const { name } = credential;
  if (typeof step === 'number') {
    return { name, from, to, stepMs: step, points: readCells(file, credential, { from, to, step }) };
  }
  const samples = step === 'raw' || from >= oldestSampleAt ? readSamples(file, credential, query) : undefined;
  if (samples) return { name, from, to, stepMs: null, points: samples };
  if (step === 'raw') {
    throw new HistoryQueryError(
      `The range holds more than ${MAX_HISTORY_POINTS} results; shorten it, or give a step such as 5m`,
    );
  }
  const stepMs = fittingStep(from, to);
  return { name, from, to, stepMs, points: readCells(file, credential, { from, to, step: stepMs }) };
}

/** Every result, and a gap where there was none for long; undefined when these are too many. */
function readSamples(
  file: HistoryFile,
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
  file: HistoryFile,
  { at, outcomeId, remaining }: StoredSample,
  spent: number | null,
): HistoryPoint {
  const { kind, limit, windowSeconds } = file.outcomes.outcome(outcomeId);
  return { at, remaining, limit, windowSeconds, spent, outcome: kind };
}

/** Puts a gap into the middle of each long silence. */
function markGaps(points: readonly HistoryPoint[]): HistoryPoint[] {
  const silences = points.slice(1).map(({ at }, i) => at - (points[i]?.at ?? at));
  const usualMs = silences.toSorted((a, b) => a - b)[Math.floor(silences.length / 2)] ?? MINUTE_MS;
  return points.flatMap((point, i) => {
    const silenceMs = silences[i - 1] ?? 0;
    return silenceMs > usualMs * INTERVALS_UNTIL_GAP
      ? [gapAt(point.at - Math.round(silenceMs / 2)), point]
      : [point];
  });
}

/** Cells that were summed up already, and the newest ones, which were not. */
function readCells(
  file: HistoryFile,
  credential: StoredCredential,
  { from, to, step }: HistoryQuery & { readonly step: number },
): HistoryPoint[] {
  const minutes: CellMinutes = step % LONG_CELL_MS === 0 ? 60 : 5;
  const firstAt = Math.floor(from / step) * step;
  const endAt = Math.ceil(to / step) * step;
  const rolledUntil = Math.max(firstAt, credential.rolledUntil);
  const cells = file.rollups.between(credential.id, minutes, firstAt, Math.min(endAt, rolledUntil));
  if (endAt > rolledUntil) {
    const explained = readExplained(file, credential.id, rolledUntil, endAt);
    cells.push(...rollUp(explained, minutes * MINUTE_MS, rolledUntil, endAt));
  }
  const byStart = new Map(mergeCells(cells, step).map((cell) => [cell.startAt, cell]));
  return Array.from({ length: (endAt - firstAt) / step }, (_, i) => {
    const at = firstAt + i * step;
    const cell = byStart.get(at);
    return cell ? cellPoint(file, cell) : gapAt(at);
  });
}

function cellPoint(file: HistoryFile, cell: Cell): HistoryPoint {
  const limited = cell.limitedId === null ? undefined : file.outcomes.outcome(cell.limitedId);
  return {
    at: cell.startAt,
    remaining: cell.last,
    limit: limited?.limit ?? null,
    windowSeconds: limited?.windowSeconds ?? null,
    spent: cell.spent,
    outcome: file.outcomes.outcome(cell.outcomeId).kind,
  };
}
