import type { SeriesPoint } from '../../domain/forecast/series-point.ts';
import { explainSpending, type SpendingStep } from '../../domain/forecast/spending.ts';
import { stretchesOf } from '../../domain/forecast/stretch.ts';
import type { PastTables } from './history-file.ts';
import type { StoredOutcome } from './tables/outcome-table.ts';
import type { Cell } from './tables/rollup-table.ts';
import type { StoredSample } from './tables/sample-table.ts';

/** What a stored sample contributes to the history that forecasts are made of, as `pointOf` says it of a result. */
export function pointOfSample({ at, remaining }: StoredSample, outcome: StoredOutcome): SeriesPoint {
  const { kind, limit } = outcome;
  const source = outcome.source ?? undefined;
  if (kind === 'unlimited') return { kind, at, source };
  if (kind !== 'limited' || remaining === null || limit === null) return { kind: 'missed', at };
  return { kind, at, limit, remaining, windowSeconds: outcome.windowSeconds ?? undefined, source };
}

/** Samples with what happened between them. */
interface ExplainedSamples {
  /** In the order of time. */
  readonly samples: readonly StoredSample[];
  readonly steps: readonly SpendingStep[];
  /** When the hub said "full" and took it back, in milliseconds since the epoch. */
  readonly falseFullAt: ReadonlySet<number>;
}

/**
 * Explains samples: what was spent between them, and which are not to be believed.
 * @param outcomeOf what the number of an outcome stands for
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
 * Sums samples up in cells that begin at multiples of their length since the epoch.
 * @param from start of the first cell, in milliseconds since the epoch; samples before it only explain
 * @param to end of the last one
 * @returns the cells in which there is a sample
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

/** What was spent counts where the step ends; how long was looked, in every cell that the step touches. */
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

/** How far back an explanation looks, in milliseconds: the longest window Docker is known to use, and an hour. */
const LOOK_BACK_MS = 7 * 3_600_000;
/** How long a reading of "full" waits until it is known whether it stays, in milliseconds: 10 minutes. */
export const SETTLE_MS = 600_000;

/** Reads the samples from `from` to `to` (milliseconds since the epoch), and those around that explain them. */
export function readSamplesAround(
  file: PastTables,
  credentialId: number,
  from: number,
  to: number,
): StoredSample[] {
  return file.samples.between(credentialId, from - LOOK_BACK_MS, to + SETTLE_MS);
}

/** Reads and explains the samples from `from` to `to` (milliseconds since the epoch), in the light of those around. */
export function readExplained(
  file: PastTables,
  credentialId: number,
  from: number,
  to: number,
): ExplainedSamples {
  return explainSamples(readSamplesAround(file, credentialId, from, to), (id) => file.outcomes.outcome(id));
}
