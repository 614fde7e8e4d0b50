import type { Forecast } from '../../domain/forecast/forecast.ts';
import type { TimeRange } from '../../domain/forecast/refill.ts';
import type { HistoryPoint, HistorySeries } from '../../domain/history/query.ts';

/** A point of a line on a chart. */
export interface ChartPoint {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly pulls: number;
}

/** The pulls left and the limits, as lines with breaks where nothing is known. */
export interface ChartLines {
  readonly remaining: readonly (readonly ChartPoint[])[];
  /** One line for each limit, from its first to its last observation. */
  readonly limits: readonly LimitLine[];
}

/** A limit with the time for which it was valid. */
interface LimitLine {
  readonly from: number;
  readonly to: number;
  readonly pulls: number;
}

/** A gap longer than this many usual intervals breaks the line. */
const INTERVALS_UNTIL_BREAK = 4;

/** Returns the lines of a history. */
export function drawLines({ points, stepMs, to }: HistorySeries): ChartLines {
  // What a cell says is its newest answer: it stands at the end of the cell.
  const known = points.flatMap((point) => {
    const { remaining, limit } = point;
    if (remaining === null || limit === null) return [];
    return [{ at: stepMs === null ? point.at : Math.min(point.at + stepMs, to), pulls: remaining, limit }];
  });
  const breaksAt = breaksOf(points);
  const longest = INTERVALS_UNTIL_BREAK * (stepMs ?? medianIntervalMs(known));
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
    remaining: pieces.map((piece) => dropLevelPoints(piece.map(({ at, pulls }) => ({ at, pulls })))),
    limits: pieces.flatMap(limitsOf),
  };
}

/** Returns the instants without a limit: the line breaks there. */
function breaksOf(points: readonly HistoryPoint[]): number[] {
  return points.flatMap(({ at, outcome }) => (outcome === 'unlimited' ? [at] : []));
}

function medianIntervalMs(known: readonly { readonly at: number }[]): number {
  const intervals = known.slice(1).map(({ at }, i) => at - (known[i]?.at ?? at));
  return intervals.sort((a, b) => a - b)[Math.floor(intervals.length / 2)] ?? Number.POSITIVE_INFINITY;
}

/** Removes points between two equal neighbours, which keeps long constant stretches small. */
function dropLevelPoints(spots: readonly ChartPoint[]): ChartPoint[] {
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

/** The part of a forecast that the chart shows. */
export interface ChartForecast {
  /** The newest reading, where the forecast starts. */
  readonly start: ChartPoint;
  /** When the bucket is used up; undefined if that is unlikely. */
  readonly exhaustion:
    | { readonly earliest: number; readonly likely: number; readonly latest: number | null }
    | undefined;
  /** When the bucket is full again if nothing else is pulled; undefined if it is full. */
  readonly refill: TimeRange | undefined;
  /** The limit, in pulls. */
  readonly limit: number;
}

/**
 * Longest range that shows a forecast, in milliseconds: 8 days. Beside a longer one the forecast is too narrow.
 */
const LONGEST_PAST_MS = 8 * 86_400_000;

/**
 * Returns the part of a forecast that the chart shows; undefined if there is none.
 * @param spanMs length of the range, in milliseconds
 */
export function toChartForecast(forecast: Forecast | undefined, spanMs: number): ChartForecast | undefined {
  if (spanMs > LONGEST_PAST_MS) return undefined;
  if (forecast === undefined || forecast.kind === 'unlimited' || forecast.kind === 'unknown')
    return undefined;
  const { at, remaining, limit, refill } = forecast;
  const exhaustion = forecast.kind === 'forecast' ? (forecast.exhaustion ?? undefined) : undefined;
  if (!exhaustion && !refill) return undefined;
  return { start: { at, pulls: remaining }, exhaustion, refill: refill ?? undefined, limit };
}

/** Minimum and maximum length of the forecast, as a share of the range. */
const LEAST_LEAD = 0.06;
const MOST_LEAD = 0.5;

/**
 * Returns the end of the chart, so that it includes the forecast, in milliseconds since the epoch.
 * @param from start of the range
 * @param now end of the range
 */
export function chartEnd(forecast: ChartForecast | undefined, from: number, now: number): number {
  if (!forecast) return now;
  const span = now - from;
  const { exhaustion, refill } = forecast;
  const wanted = exhaustion
    ? (exhaustion.latest ?? exhaustion.likely + (exhaustion.likely - now))
    : (refill?.latest ?? now);
  return now + Math.min(Math.max((wanted - now) * 1.1, span * LEAST_LEAD), span * MOST_LEAD);
}
