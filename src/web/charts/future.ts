import type { Forecast } from '../../domain/forecast/forecast.ts';
import type { TimeRange } from '../../domain/forecast/refill.ts';
import type { Spot } from './line.ts';

/** What is foreseen, as it is drawn. */
export interface ChartFuture {
  /** Where it begins: the newest reading. */
  readonly start: Spot;
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
export function drawFuture(forecast: Forecast | undefined, spanMs: number): ChartFuture | undefined {
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
export function futureEnd(future: ChartFuture | undefined, from: number, now: number): number {
  if (!future) return now;
  const span = now - from;
  const { dry, refill } = future;
  const wanted = dry ? (dry.latest ?? dry.likely + (dry.likely - now)) : (refill?.latest ?? now);
  return now + Math.min(Math.max((wanted - now) * 1.1, span * LEAST_LEAD), span * MOST_LEAD);
}
