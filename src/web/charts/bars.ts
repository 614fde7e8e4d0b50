import type { HistorySeries } from '../../domain/history/query.ts';
import { LONG_CELL_MS, SHORT_CELL_MS } from '../../domain/history/query.ts';
import { spanWords } from '../../domain/wording.ts';
import { type CountTick, drawCounts, oneDecimal, UNITS } from './chart-units.ts';
import { countTicks } from './scale.ts';

const DAY_MS = 24 * LONG_CELL_MS;
/** Lengths of bars, each with the longest range that it is used for, in milliseconds. */
const STEPS = [
  { upToMs: 3 * LONG_CELL_MS, stepMs: SHORT_CELL_MS },
  { upToMs: 8 * DAY_MS, stepMs: LONG_CELL_MS },
  { upToMs: 20 * DAY_MS, stepMs: 6 * LONG_CELL_MS },
  { upToMs: 200 * DAY_MS, stepMs: DAY_MS },
  { upToMs: Number.POSITIVE_INFINITY, stepMs: 7 * DAY_MS },
] as const;

/**
 * Returns the length of a bar for a range, in milliseconds: 5 minutes up to 3 hours, an hour up to 8 days, then
 * longer.
 * @param from milliseconds since the epoch
 * @param to milliseconds since the epoch
 */
export function barStep(from: number, to: number): number {
  return STEPS.find(({ upToMs }) => to - from <= upToMs)?.stepMs ?? DAY_MS;
}

/** The pulls spent in each cell, as shapes for the template. `PullDrawing` explains the units. */
export interface BarDrawing {
  /** `Pulls spent per hour`. */
  readonly title: string;
  /** Sum of the pulls spent. */
  readonly total: number;
  readonly bars: readonly {
    readonly x: string;
    readonly y: string;
    readonly width: string;
    readonly height: string;
  }[];
  readonly counts: readonly CountTick[];
}

const HEADROOM = 1.08;
/** Minimum end of the axis, in pulls, so that a single pull does not fill the chart. */
const LEAST_TOP = 4;

/** Returns the end and the ticks of the axis of pulls spent. */
export function barScale(points: HistorySeries['points']): {
  readonly top: number;
  readonly counts: readonly number[];
} {
  const most = points.reduce((highest, { spent }) => Math.max(highest, spent ?? 0), LEAST_TOP);
  const ticks = countTicks(most);
  // The bars are low: every second tick is enough.
  return { top: most * HEADROOM, counts: ticks.filter((_, i) => ticks.length <= 4 || i % 2 === 0) };
}

/**
 * Draws the pulls spent.
 * @param end end of the chart, in milliseconds since the epoch
 */
export function drawBars({ points, from, stepMs }: HistorySeries, end: number): BarDrawing {
  const step = stepMs ?? LONG_CELL_MS;
  const { top, counts } = barScale(points);
  const x = (at: number) => (Math.max(at, from) - from) / (end - from);
  const gap = Math.min(0.25 * (step / (end - from)), 0.002);
  return {
    title: `Pulls spent per ${spanWords(step / 1_000).replace(/^1 /, '')}`,
    total: points.reduce((sum, { spent }) => sum + (spent ?? 0), 0),
    bars: points.flatMap(({ at, spent }) => {
      if (!spent || spent <= 0) return [];
      const height = Math.max(spent / top, 0.012);
      const left = x(at) + gap / 2;
      return [
        {
          x: oneDecimal(left * UNITS),
          y: oneDecimal((1 - height) * UNITS),
          width: oneDecimal(Math.max(x(at + step) - x(at) - gap, 0.001) * UNITS),
          height: oneDecimal(height * UNITS),
        },
      ];
    }),
    counts: drawCounts(counts, top),
  };
}
