import { LOW_SHARE } from '../../domain/status.ts';
import { formatCount } from '../../domain/wording.ts';
import type { ChartNote } from './annotations.ts';
import { type ChartSpan, SPAN_WORDS } from './annotations.ts';
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
  /** When the bucket is full again, at the level of the limit. */
  readonly refill: (Stretch & { readonly y: string; readonly units: string }) | undefined;
  /** When the bucket runs dry, at the bottom; `isOpen` if it may not run dry at all. */
  readonly dry: (Stretch & { readonly isOpen: boolean }) | undefined;
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

/** A tick of the axis of pulls. */
export interface CountTick {
  /** Position of its text, in per cent. */
  readonly y: string;
  /** Position of its line, in units of the square. */
  readonly units: string;
  readonly words: string;
}

/** A part of the width, in units of the square. */
export interface Box {
  readonly x: string;
  readonly width: string;
}

/** A time range at one level, with a label if there is room. */
export interface Stretch extends Box {
  /** Position of its text, in per cent. */
  readonly middle: string;
  readonly anchor: 'middle' | 'end' | 'none';
}

/** A text on the chart, at a position in per cent. */
export interface ChartLabel {
  readonly kind: 'limit' | 'low';
  readonly x: string;
  readonly y: string;
  readonly words: string;
}

/** Width and height of the square that shapes are drawn in. */
const UNITS = 1_000;
/** Ratio of the axis to the highest line, so that its label has room. */
const HEADROOM = 1.14;
/** Minimum distance of a label of the forecast from the end of the history, in units. */
const LABEL_DISTANCE = 110;

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
    spots.map(({ at, pulls }, i) => `${i === 0 ? 'M' : 'L'}${n(x(at))} ${n(y(pulls))}`).join('');
  const level = (share: number) =>
    lines.limits.map((line) => `M${n(x(line.from))} ${n(y(line.pulls * share))}H${n(x(line.to))}`).join('');
  const cone = forecast?.dry && coneOf(forecast, end);
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
    dry: dryOf(chart, x),
    now: forecast && n(x(to)),
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
  return `${path(piece)}L${n(x(last.at))} ${UNITS}L${n(x(first.at))} ${UNITS}Z`;
}

/**
 * Returns the area of the forecast: from the pulls left now to zero, between the earliest and the latest instant, cut
 * at the end of the chart.
 */
function coneOf(
  { start, dry }: ChartForecast,
  end: number,
): { edge: ChartPoint[]; likely: ChartPoint[] } | undefined {
  if (!dry) return undefined;
  const lower = pointTowardsZero(start, dry.earliest, end);
  // If it may not run dry at all, the area is open towards the pulls left.
  const upper =
    dry.latest === null ? { at: end, pulls: start.pulls } : pointTowardsZero(start, dry.latest, end);
  const bottom = lower.pulls === 0 ? [{ at: Math.min(dry.latest ?? end, end), pulls: 0 }] : [];
  return {
    edge: [start, lower, ...bottom, upper],
    likely: [start, pointTowardsZero(start, dry.likely, end)],
  };
}

/**
 * Returns the end of the straight line from the pulls left to zero at `dryAt`, cut at the end of the chart.
 */
function pointTowardsZero(start: ChartPoint, dryAt: number, end: number): ChartPoint {
  if (dryAt <= end) return { at: dryAt, pulls: 0 };
  return { at: end, pulls: start.pulls * (1 - (end - start.at) / (dryAt - start.at)) };
}

/** Returns the time range of an expected event; undefined if it starts after the end of the chart. */
function stretchOf(
  { earliest, latest }: { readonly earliest: number; readonly latest: number | null },
  { to: now, end }: Pick<PullChart, 'to' | 'end'>,
  x: (at: number) => number,
): Stretch | undefined {
  if (earliest >= end) return undefined;
  const box = boxOf({ from: earliest, to: latest ?? end }, x);
  const middle = Number(box.x) + Number(box.width) / 2;
  const hasRoom = middle - x(now) > LABEL_DISTANCE;
  return { ...box, middle: percent(middle), anchor: !hasRoom ? 'none' : middle > 920 ? 'end' : 'middle' };
}

function dryOf({ forecast, ...chart }: PullChart, x: (at: number) => number): PullDrawing['dry'] {
  const stretch = forecast?.dry && stretchOf(forecast.dry, chart, x);
  return stretch && { ...stretch, isOpen: forecast?.dry?.latest === null };
}

function refillOf(
  { forecast, ...chart }: PullChart,
  x: (at: number) => number,
  y: (pulls: number) => number,
): PullDrawing['refill'] {
  const stretch = forecast?.refill && stretchOf(forecast.refill, chart, x);
  if (!forecast || !stretch) return undefined;
  return { ...stretch, y: percent(y(forecast.limit)), units: n(y(forecast.limit)) };
}

function boxOf({ from, to }: { from: number; to: number }, x: (at: number) => number): Box {
  return { x: n(x(from)), width: n(Math.max(1.5, x(to) - x(from))) };
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

/**
 * Returns ticks for numbers of pulls on an axis.
 * @param top end of the axis, in pulls
 */
export function drawCounts(counts: readonly number[], top: number): CountTick[] {
  return counts.map((pulls) => {
    const units = (1 - pulls / top) * UNITS;
    return { y: percent(units), units: n(units), words: formatCount(pulls) };
  });
}

function percent(units: number): string {
  return `${n(units / 10)}%`;
}

/** Formats a number with one decimal, enough for a screen. */
function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}
