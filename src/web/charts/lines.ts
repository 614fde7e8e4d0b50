import type { Forecast } from '../../domain/forecast/forecast.ts';
import type { TimeRange } from '../../domain/forecast/refill.ts';
import type { HistoryPoint, HistorySeries } from '../../domain/history/query.ts';

/** A place on a chart. */
export interface ChartPoint {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly pulls: number;
}

/** What was left and what was allowed, as lines that break where nothing is known. */
export interface ChartLines {
  readonly remaining: readonly (readonly ChartPoint[])[];
  /** Each piece is one limit, from its first to its last sight. */
  readonly limits: readonly LimitLine[];
}

/** A limit for as long as it held. */
interface LimitLine {
  readonly from: number;
  readonly to: number;
  readonly pulls: number;
}

/** A longer silence than this many usual intervals breaks the line. */
const INTERVALS_UNTIL_BREAK = 4;

/** Draws the lines of a history. */
export function drawLines({ points, stepMs, to }: HistorySeries): ChartLines {
  // What a cell says is its newest answer: it stands at the end of the cell.
  const known = points.flatMap((point) => {
    const { remaining, limit } = point;
    if (remaining === null || limit === null) return [];
    return [{ at: stepMs === null ? point.at : Math.min(point.at + stepMs, to), pulls: remaining, limit }];
  });
  const breaksAt = breaksOf(points);
  const longest = INTERVALS_UNTIL_BREAK * (stepMs ?? usualIntervalMs(known));
  const pieces: (typeof known)[] = [];
  for (const spot of known) {
    const piece = pieces.at(-1);
    const before = piece?.at(-1);
    const isBroken =
      !before || spot.at - before.at > longest || breaksAt.some((at) => at > before.at && at <= spot.at);
    if (isBroken) pieces.push([spot]);
    else piece?.push(spot);
  }
  return {
    remaining: pieces.map((piece) => withoutLevels(piece.map(({ at, pulls }) => ({ at, pulls })))),
    limits: pieces.flatMap(limitsOf),
  };
}

/** Where there is no limit, there is no line either. */
function breaksOf(points: readonly HistoryPoint[]): number[] {
  return points.flatMap(({ at, outcome }) => (outcome === 'unlimited' ? [at] : []));
}

function usualIntervalMs(known: readonly { readonly at: number }[]): number {
  const intervals = known.slice(1).map(({ at }, i) => at - (known[i]?.at ?? at));
  return intervals.sort((a, b) => a - b)[Math.floor(intervals.length / 2)] ?? Number.POSITIVE_INFINITY;
}

/** Leaves out what lies between two of the same: a quiet night is two spots, not six hundred. */
function withoutLevels(spots: readonly ChartPoint[]): ChartPoint[] {
  return spots.filter(({ pulls }, i) => spots[i - 1]?.pulls !== pulls || spots[i + 1]?.pulls !== pulls);
}

function limitsOf(piece: readonly (ChartPoint & { readonly limit: number })[]): LimitLine[] {
  const lines: { from: number; to: number; pulls: number }[] = [];
  for (const { at, limit } of piece) {
    const line = lines.at(-1);
    if (line) line.to = at;
    if (line?.pulls !== limit) lines.push({ from: at, to: at, pulls: limit });
  }
  return lines;
}

/** What is foreseen, as it is drawn. */
export interface ChartForecast {
  /** Where it begins: the newest reading. */
  readonly start: ChartPoint;
  /** When it runs dry; undefined where that is not likely. */
  readonly dry:
    | { readonly earliest: number; readonly likely: number; readonly latest: number | null }
    | undefined;
  /** When it is full again if nothing else is pulled; undefined where it is full. */
  readonly refill: TimeRange | undefined;
  /** What it is full at, in pulls. */
  readonly limit: number;
}

/** Beside a longer past what is foreseen is too short to be seen, in milliseconds: 8 days. */
const LONGEST_PAST_MS = 8 * 86_400_000;

/**
 * What of a forecast can be drawn; undefined when nothing is foreseen.
 * @param spanMs how much of the past is shown beside it
 */
export function toChartForecast(forecast: Forecast | undefined, spanMs: number): ChartForecast | undefined {
  if (spanMs > LONGEST_PAST_MS) return undefined;
  if (forecast === undefined || forecast.kind === 'unlimited' || forecast.kind === 'unknown')
    return undefined;
  const { at, remaining, limit, refill } = forecast;
  const dry = forecast.kind === 'forecast' ? (forecast.exhaustion ?? undefined) : undefined;
  if (!dry && !refill) return undefined;
  return { start: { at, pulls: remaining }, dry, refill: refill ?? undefined, limit };
}

/** How much of the chart the future may take, as a share of the past that is shown. */
const LEAST_LEAD = 0.06;
const MOST_LEAD = 0.5;

/**
 * Where the chart ends, so that what is foreseen is on it, in milliseconds since the epoch.
 * @param from where the past begins
 * @param now where it ends
 */
export function chartEnd(future: ChartForecast | undefined, from: number, now: number): number {
  if (!future) return now;
  const span = now - from;
  const { dry, refill } = future;
  const wanted = dry ? (dry.latest ?? dry.likely + (dry.likely - now)) : (refill?.latest ?? now);
  return now + Math.min(Math.max((wanted - now) * 1.1, span * LEAST_LEAD), span * MOST_LEAD);
}
