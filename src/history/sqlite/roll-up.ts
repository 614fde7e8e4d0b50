import type { SeriesPoint } from '../../domain/forecast/series-point.ts';
import { explainSpending, type SpendingStep } from '../../domain/forecast/spending.ts';
import { stretchesOf } from '../../domain/forecast/stretch.ts';
import type { PastTables } from './history-file.ts';
import type { StoredOutcome } from './tables/outcome-table.ts';
import type { Cell } from './tables/rollup-table.ts';
import type { StoredSample } from './tables/sample-table.ts';

/** Converts a stored sample to a point of a forecast series, as `pointOf` converts a result. */
export function pointOfSample({ at, remaining }: StoredSample, outcome: StoredOutcome): SeriesPoint {
  const { kind, limit } = outcome;
  const source = outcome.source ?? undefined;
  if (kind === 'unlimited') return { kind, at, source };
  if (kind !== 'limited' || remaining === null || limit === null) return { kind: 'missed', at };
  return { kind, at, limit, remaining, windowSeconds: outcome.windowSeconds ?? undefined, source };
}

/** Samples with the spending between them. */
interface ExplainedSamples {
  /** In chronological order. */
  readonly samples: readonly StoredSample[];
  readonly steps: readonly SpendingStep[];
  /** The instants of false readings of a full limit, which the next readings contradict, in milliseconds since the epoch. */
  readonly falseFullAt: ReadonlySet<number>;
}

/**
 * Computes the spending between samples, and finds false readings among them.
 * @param outcomeOf returns the outcome with an id
 */
function explainSamples(
  samples: readonly StoredSample[],
  outcomeOf: (id: number) => StoredOutcome,
): ExplainedSamples {
  const points = samples.map((sample) => pointOfSample(sample, outcomeOf(sample.outcomeId)));
  const disbelieved = stretchesOf(points).flatMap((stretch) => stretch.disbelieved);
  return {
    samples,
    steps: explainSpending(points),
    falseFullAt: new Set(disbelieved.filter(({ verdict }) => verdict === 'false-full').map(({ at }) => at)),
  };
}

/**
 * Aggregates samples into cells, which start at multiples of their length since the epoch.
 * @param cellMs the length of a cell in milliseconds
 * @param from the start of the first cell, in milliseconds since the epoch; samples before it are context only
 * @param to the end of the last cell, in milliseconds since the epoch
 * @returns the cells that contain a sample
 */
export function rollUp(explained: ExplainedSamples, cellMs: number, from: number, to: number): Cell[] {
  const cells = new Map<number, Cell>();
  for (const sample of explained.samples) {
    if (sample.at < from || sample.at >= to) continue;
    const startAt = Math.floor(sample.at / cellMs) * cellMs;
    cells.set(startAt, withSample(cells.get(startAt), startAt, sample, explained.falseFullAt.has(sample.at)));
  }
  for (const step of explained.steps) {
    if (step.to < from || step.from >= to) continue;
    spread(step, cells, cellMs);
  }
  return [...cells.values()].map((cell) => ({ ...cell, observedSeconds: Math.round(cell.observedSeconds) }));
}

function withSample(
  cell: Cell | undefined,
  startAt: number,
  { outcomeId, remaining }: StoredSample,
  isFalse: boolean,
): Cell {
  const {
    limitedId = null,
    min = null,
    max = null,
    last = null,
    spent = null,
    observedSeconds = 0,
  } = cell ?? {};
  const before = { startAt, outcomeId, spent, observedSeconds };
  if (remaining === null || isFalse) return { ...before, limitedId, min, max, last };
  return {
    ...before,
    limitedId: outcomeId,
    min: Math.min(min ?? remaining, remaining),
    max: Math.max(max ?? remaining, remaining),
    last: remaining,
  };
}

/** Adds spent pulls to the cell in which the step ends, and observed time to every cell that the step overlaps. */
function spread(step: SpendingStep, cells: Map<number, Cell>, cellMs: number): void {
  const firstCell = Math.floor(step.from / cellMs) * cellMs;
  for (let startAt = firstCell; startAt <= step.to; startAt += cellMs) {
    const cell = cells.get(startAt);
    if (!cell) continue;
    const endsHere = step.to < startAt + cellMs;
    const overlapMs = Math.min(step.to, startAt + cellMs) - Math.max(step.from, startAt);
    const spent = endsHere ? (cell.spent ?? 0) + step.spent : cell.spent;
    const observedSeconds = cell.observedSeconds + (step.isGap ? 0 : overlapMs / 1_000);
    cells.set(startAt, { ...cell, spent, observedSeconds });
  }
}

/** How much context is read before a range, in milliseconds: the longest window that Docker is known to use, plus an hour. */
const LOOK_BACK_MS = 7 * 3_600_000;
/** How long a reading of a full limit may still be contradicted, in milliseconds: 10 minutes. */
export const SETTLE_MS = 600_000;

/** Reads the samples from `from` to `to` (milliseconds since the epoch), and the samples around them as context. */
export function readSamplesAround(
  file: PastTables,
  credentialId: number,
  from: number,
  to: number,
): StoredSample[] {
  return file.samples.between(credentialId, from - LOOK_BACK_MS, to + SETTLE_MS);
}

/** Reads the samples from `from` to `to` (milliseconds since the epoch) and computes the spending between them, with context. */
export function readExplained(
  file: PastTables,
  credentialId: number,
  from: number,
  to: number,
): ExplainedSamples {
  return explainSamples(readSamplesAround(file, credentialId, from, to), (id) => file.outcomes.outcome(id));
}
