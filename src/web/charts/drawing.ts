import { LOW_SHARE } from '../../domain/status.ts';
import { formatCount } from '../../domain/wording.ts';
import type { ChartNote } from './annotations.ts';
import { type ChartSpan, SPAN_WORDS } from './annotations.ts';
import { type Box, boxOf, type CountTick, drawCounts, oneDecimal, percent, UNITS } from './chart-units.ts';
import {
  coneOf,
  type ExhaustionStretch,
  exhaustionOf,
  type RefillStretch,
  refillOf,
} from './forecast-shapes.ts';
import type { ChartForecast, ChartLines, ChartPoint } from './lines.ts';
import { countTicks, timeTicks } from './scale.ts';

/** The data of a chart of the pulls left. Instants are milliseconds since the epoch. */
export interface PullChart {
  /** Start of the chart. */
  readonly from: number;
  /** End of the history: now, or the end of the range. */
  readonly to: number;
  /** End of the chart; later than `to` if there is a forecast. */
  readonly end: number;
  readonly lines: ChartLines;
  readonly spans: readonly ChartSpan[];
  readonly notes: readonly ChartNote[];
  readonly forecast: ChartForecast | undefined;
}

/**
 * The chart as shapes for the template. Paths and boxes are in a square of 1,000 units, which is stretched. Texts and
 * marks are at positions in per cent, so that they are not stretched.
 */
export interface PullDrawing {
  readonly line: string;
  readonly area: string;
  readonly limit: string;
  readonly low: string;
  readonly cone: string | undefined;
  readonly likely: string | undefined;
  readonly spans: readonly (Box & { readonly kind: ChartSpan['kind']; readonly words: string })[];
  readonly notes: readonly {
    readonly x: string;
    readonly number: string;
    readonly kind: ChartNote['kind'];
  }[];
  readonly refill: RefillStretch | undefined;
  readonly exhaustion: ExhaustionStretch | undefined;
  /** End of the history; undefined without a forecast. */
  readonly now: string | undefined;
  readonly counts: readonly CountTick[];
  readonly times: readonly {
    readonly x: string;
    readonly words: string;
    readonly at: string;
    readonly isMinor: boolean;
  }[];
  readonly labels: readonly ChartLabel[];
}

/** A text on the chart, at a position in per cent. */
export interface ChartLabel {
  readonly kind: 'limit' | 'low';
  readonly x: string;
  readonly y: string;
  readonly words: string;
}

/** Ratio of the axis to the highest line, so that its label fits. */
const HEADROOM = 1.14;

/** Returns the end and the ticks of the axis of pulls; undefined if no limit was observed. */
export function pullScale(
  chart: PullChart,
): { readonly top: number; readonly counts: readonly number[] } | undefined {
  const most = highestOf(chart);
  return most === undefined ? undefined : { top: most * HEADROOM, counts: countTicks(most) };
}

/** Draws a chart of the pulls left; undefined if no limit was observed. */
export function drawPulls(chart: PullChart): PullDrawing | undefined {
  const scale = pullScale(chart);
  if (!scale) return undefined;
  const { top, counts } = scale;
  const { from, to, end, lines, spans, notes, forecast } = chart;
  const x = (at: number) => ((Math.min(Math.max(at, from), end) - from) / (end - from)) * UNITS;
  const y = (pulls: number) => (1 - Math.min(Math.max(pulls, 0), top) / top) * UNITS;
  const path = (spots: readonly ChartPoint[]) =>
    spots
      .map(({ at, pulls }, i) => `${i === 0 ? 'M' : 'L'}${oneDecimal(x(at))} ${oneDecimal(y(pulls))}`)
      .join('');
  const level = (share: number) =>
    lines.limits
      .map(
        (line) =>
          `M${oneDecimal(x(line.from))} ${oneDecimal(y(line.pulls * share))}H${oneDecimal(x(line.to))}`,
      )
      .join('');
  const cone = forecast?.exhaustion && coneOf(forecast, end);
  return {
    line: lines.remaining
      .map((piece) => path(piece.length > 1 ? piece : shortLine(piece, end - from)))
      .join(''),
    area: lines.remaining.map((piece) => areaOf(piece, path, x)).join(''),
    limit: level(1),
    low: level(LOW_SHARE),
    cone: cone && `${path(cone.edge)}Z`,
    likely: cone && path(cone.likely),
    spans: spans.map((span) => ({ kind: span.kind, words: SPAN_WORDS[span.kind], ...boxOf(span, x) })),
    notes: notes.map(({ at, kind }, i) => ({ kind, x: percent(x(at)), number: String(i + 1) })),
    refill: refillOf(chart, x, y),
    exhaustion: exhaustionOf(chart, x),
    now: forecast && oneDecimal(x(to)),
    counts: drawCounts(counts, top),
    times: timeTicks(from, end).map(({ at, words }, i) => ({
      x: percent(x(at)),
      words,
      at: new Date(at).toISOString(),
      isMinor: i % 2 === 1,
    })),
    labels: labelsOf(lines, x, y),
  };
}

function highestOf({ lines, forecast }: PullChart): number | undefined {
  const limits = [...lines.limits.map(({ pulls }) => pulls), ...(forecast ? [forecast.limit] : [])];
  if (limits.length === 0) return undefined;
  const spots = lines.remaining.flat().reduce((most, { pulls }) => Math.max(most, pulls), 1);
  return Math.max(...limits, spots);
}

/** Returns a short line for a single reading, so that it is visible. */
function shortLine([spot]: readonly ChartPoint[], span: number): ChartPoint[] {
  if (!spot) return [];
  return [{ at: spot.at - span / 300, pulls: spot.pulls }, spot];
}

function areaOf(
  piece: readonly ChartPoint[],
  path: (spots: readonly ChartPoint[]) => string,
  x: (at: number) => number,
): string {
  const [first, last] = [piece[0], piece.at(-1)];
  if (!first || !last || piece.length < 2) return '';
  return `${path(piece)}L${oneDecimal(x(last.at))} ${UNITS}L${oneDecimal(x(first.at))} ${UNITS}Z`;
}

/** Returns the labels of the newest limit, at the end of its line, and of the threshold of "low" below it. */
function labelsOf(
  { limits }: ChartLines,
  x: (at: number) => number,
  y: (pulls: number) => number,
): ChartLabel[] {
  const newest = limits.at(-1);
  if (!newest) return [];
  const low = newest.pulls * LOW_SHARE;
  const place = percent(x(newest.to));
  return [
    { kind: 'limit', x: place, y: percent(y(newest.pulls)), words: `Limit ${formatCount(newest.pulls)}` },
    { kind: 'low', x: place, y: percent(y(low)), words: `Low below ${formatCount(Math.ceil(low))}` },
  ];
}
