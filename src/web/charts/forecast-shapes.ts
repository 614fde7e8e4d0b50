import { type Box, boxOf, oneDecimal, percent } from './chart-units.ts';
import type { ChartForecast, ChartPoint } from './lines.ts';

/** A time range at one level, with a label if it fits. */
interface Stretch extends Box {
  /** Position of its text, in per cent. */
  readonly middle: string;
  readonly anchor: 'middle' | 'end' | 'none';
}

/** When the bucket is used up, at the bottom of the chart. */
export interface ExhaustionStretch extends Stretch {
  /** Whether it may not be used up at all. */
  readonly isOpen: boolean;
}

/** When the bucket is full again, at the level of the limit. */
export interface RefillStretch extends Stretch {
  /** Position of its text, in per cent. */
  readonly y: string;
  /** Position of its line, in units of the square. */
  readonly units: string;
}

/** A forecast and the end of the chart that shows it. Instants are milliseconds since the epoch. */
interface ForecastChart {
  /** End of the history. */
  readonly to: number;
  /** End of the chart. */
  readonly end: number;
  readonly forecast: ChartForecast | undefined;
}

/** Minimum distance of a label of the forecast from the end of the history, in units. */
const LABEL_DISTANCE = 110;

/**
 * Returns the area of the forecast: from the pulls left now to zero, between the earliest and the latest instant, cut
 * at the end of the chart.
 */
export function coneOf(
  { start, exhaustion }: ChartForecast,
  end: number,
): { edge: ChartPoint[]; likely: ChartPoint[] } | undefined {
  if (!exhaustion) return undefined;
  const lower = pointTowardsZero(start, exhaustion.earliest, end);
  // If it may not be used up at all, the area is open towards the pulls left.
  const upper =
    exhaustion.latest === null
      ? { at: end, pulls: start.pulls }
      : pointTowardsZero(start, exhaustion.latest, end);
  const bottom = lower.pulls === 0 ? [{ at: Math.min(exhaustion.latest ?? end, end), pulls: 0 }] : [];
  return {
    edge: [start, lower, ...bottom, upper],
    likely: [start, pointTowardsZero(start, exhaustion.likely, end)],
  };
}

/**
 * Returns the end of the straight line from the pulls left to zero at `exhaustedAt`, cut at the end of the chart.
 */
function pointTowardsZero(start: ChartPoint, exhaustedAt: number, end: number): ChartPoint {
  if (exhaustedAt <= end) return { at: exhaustedAt, pulls: 0 };
  return { at: end, pulls: start.pulls * (1 - (end - start.at) / (exhaustedAt - start.at)) };
}

/** Returns the time range of an expected event; undefined if it starts after the end of the chart. */
function stretchOf(
  { earliest, latest }: { readonly earliest: number; readonly latest: number | null },
  { to: now, end }: Pick<ForecastChart, 'to' | 'end'>,
  x: (at: number) => number,
): Stretch | undefined {
  if (earliest >= end) return undefined;
  const box = boxOf({ from: earliest, to: latest ?? end }, x);
  const middle = Number(box.x) + Number(box.width) / 2;
  const hasRoom = middle - x(now) > LABEL_DISTANCE;
  return { ...box, middle: percent(middle), anchor: !hasRoom ? 'none' : middle > 920 ? 'end' : 'middle' };
}

/**
 * Returns when the bucket is used up; undefined if no such instant is expected within the chart.
 * @param x returns the position of an instant, in units
 */
export function exhaustionOf(
  { forecast, ...chart }: ForecastChart,
  x: (at: number) => number,
): ExhaustionStretch | undefined {
  const stretch = forecast?.exhaustion && stretchOf(forecast.exhaustion, chart, x);
  return stretch && { ...stretch, isOpen: forecast?.exhaustion?.latest === null };
}

/**
 * Returns when the bucket is full again; undefined if no such instant is expected within the chart.
 * @param x returns the position of an instant, in units
 * @param y returns the position of a number of pulls, in units
 */
export function refillOf(
  { forecast, ...chart }: ForecastChart,
  x: (at: number) => number,
  y: (pulls: number) => number,
): RefillStretch | undefined {
  const stretch = forecast?.refill && stretchOf(forecast.refill, chart, x);
  if (!forecast || !stretch) return undefined;
  return { ...stretch, y: percent(y(forecast.limit)), units: oneDecimal(y(forecast.limit)) };
}
