import { LOW_SHARE } from '../../domain/status.ts';
import { formatCount } from '../../domain/wording.ts';
import type { ChartNote } from './annotations.ts';
import { type ChartSpan, SPAN_WORDS } from './annotations.ts';
import type { ChartForecast, ChartLines, ChartPoint } from './lines.ts';
import { countTicks, timeTicks } from './scale.ts';

/** What a chart of what was left shows, in instants (milliseconds since the epoch) and pulls. */
export interface PullChart {
  /** Where it begins. */
  readonly from: number;
  /** Where the past ends: now, or the end of the range. */
  readonly to: number;
  /** Where the chart ends; later than `to` where something is foreseen. */
  readonly end: number;
  readonly lines: ChartLines;
  readonly spans: readonly ChartSpan[];
  readonly notes: readonly ChartNote[];
  readonly forecast: ChartForecast | undefined;
}

/**
 * The chart as shapes for the view. Paths and boxes are in a square of 1,000 units, which is stretched; words and marks
 * stand at places in per cent, so that they are not.
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
  /** When it is full again, on the level of the limit. */
  readonly refill: (Stretch & { readonly y: string; readonly units: string }) | undefined;
  /** When it runs dry, at the bottom; open where it may well not. */
  readonly dry: (Stretch & { readonly isOpen: boolean }) | undefined;
  /** Where the past ends; undefined where nothing is foreseen. */
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
  /** Where its words stand, in per cent. */
  readonly y: string;
  /** Where its line lies, in units of the square. */
  readonly units: string;
  readonly words: string;
}

/** A stretch of the width, in units of the square. */
export interface Box {
  readonly x: string;
  readonly width: string;
}

/** A stretch of time on one level, with its words above it where there is room. */
export interface Stretch extends Box {
  /** Where its words stand, in per cent. */
  readonly middle: string;
  readonly anchor: 'middle' | 'end' | 'none';
}

/** Words on the chart, at a place in per cent. */
export interface ChartLabel {
  readonly kind: 'limit' | 'low';
  readonly x: string;
  readonly y: string;
  readonly words: string;
}

/** The square that is drawn in. */
const UNITS = 1_000;
/** Air above the highest line, so that its label has room. */
const HEADROOM = 1.14;
/** How far from now words about the future must stand, in units, so that they are not written over those of the past. */
const WORDS_NEED = 110;

/** The axis of pulls of a chart: where it ends, and its ticks; undefined where no limit was seen. */
export function pullScale(
  chart: PullChart,
): { readonly top: number; readonly counts: readonly number[] } | undefined {
  const most = highestOf(chart);
  return most === undefined ? undefined : { top: most * HEADROOM, counts: countTicks(most) };
}

/** Draws a chart; undefined where no limit was seen, so that there is nothing to draw. */
export function drawPulls(chart: PullChart): PullDrawing | undefined {
  const scale = pullScale(chart);
  if (!scale) return undefined;
  const { top, counts } = scale;
  const { from, to, end, lines, spans, notes, forecast: future } = chart;
  const x = (at: number) => ((Math.min(Math.max(at, from), end) - from) / (end - from)) * UNITS;
  const y = (pulls: number) => (1 - Math.min(Math.max(pulls, 0), top) / top) * UNITS;
  const path = (spots: readonly ChartPoint[]) =>
    spots.map(({ at, pulls }, i) => `${i === 0 ? 'M' : 'L'}${n(x(at))} ${n(y(pulls))}`).join('');
  const level = (share: number) =>
    lines.limits.map((line) => `M${n(x(line.from))} ${n(y(line.pulls * share))}H${n(x(line.to))}`).join('');
  const cone = future?.dry && coneOf(future, end);
  return {
    line: lines.remaining
      .map((piece) => path(piece.length > 1 ? piece : widened(piece, end - from)))
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
    now: future && n(x(to)),
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

function highestOf({ lines, forecast: future }: PullChart): number | undefined {
  const limits = [...lines.limits.map(({ pulls }) => pulls), ...(future ? [future.limit] : [])];
  if (limits.length === 0) return undefined;
  const spots = lines.remaining.flat().reduce((most, { pulls }) => Math.max(most, pulls), 1);
  return Math.max(...limits, spots);
}

/** A single reading is a short line, so that it is seen. */
function widened([spot]: readonly ChartPoint[], span: number): ChartPoint[] {
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

/** From what is left now to nothing left, between the earliest and the latest moment, as far as the chart goes. */
function coneOf(
  { start, dry }: ChartForecast,
  end: number,
): { edge: ChartPoint[]; likely: ChartPoint[] } | undefined {
  if (!dry) return undefined;
  const lower = onTheWay(start, dry.earliest, end);
  // It may not run dry at all: then the cone is open towards what is left.
  const upper = dry.latest === null ? { at: end, pulls: start.pulls } : onTheWay(start, dry.latest, end);
  const bottom = lower.pulls === 0 ? [{ at: Math.min(dry.latest ?? end, end), pulls: 0 }] : [];
  return { edge: [start, lower, ...bottom, upper], likely: [start, onTheWay(start, dry.likely, end)] };
}

/** Where the straight way from what is left to nothing at `dryAt` ends: there, or at the end of the chart. */
function onTheWay(start: ChartPoint, dryAt: number, end: number): ChartPoint {
  if (dryAt <= end) return { at: dryAt, pulls: 0 };
  return { at: end, pulls: start.pulls * (1 - (end - start.at) / (dryAt - start.at)) };
}

/** What is expected between two moments, as a stretch on a level; undefined beyond the end of the chart. */
function stretchOf(
  { earliest, latest }: { readonly earliest: number; readonly latest: number | null },
  { to: now, end }: Pick<PullChart, 'to' | 'end'>,
  x: (at: number) => number,
): Stretch | undefined {
  if (earliest >= end) return undefined;
  const box = boxOf({ from: earliest, to: latest ?? end }, x);
  const middle = Number(box.x) + Number(box.width) / 2;
  const hasRoom = middle - x(now) > WORDS_NEED;
  return { ...box, middle: percent(middle), anchor: !hasRoom ? 'none' : middle > 920 ? 'end' : 'middle' };
}

function dryOf({ forecast: future, ...chart }: PullChart, x: (at: number) => number): PullDrawing['dry'] {
  const stretch = future?.dry && stretchOf(future.dry, chart, x);
  return stretch && { ...stretch, isOpen: future?.dry?.latest === null };
}

function refillOf(
  { forecast: future, ...chart }: PullChart,
  x: (at: number) => number,
  y: (pulls: number) => number,
): PullDrawing['refill'] {
  const stretch = future?.refill && stretchOf(future.refill, chart, x);
  if (!future || !stretch) return undefined;
  return { ...stretch, y: percent(y(future.limit)), units: n(y(future.limit)) };
}

function boxOf({ from, to }: { from: number; to: number }, x: (at: number) => number): Box {
  return { x: n(x(from)), width: n(Math.max(1.5, x(to) - x(from))) };
}

/** The newest limit is named at its end, and the threshold below it. */
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

/** Places numbers of pulls on an axis that ends at `top`. */
export function drawCounts(counts: readonly number[], top: number): CountTick[] {
  return counts.map((pulls) => {
    const units = (1 - pulls / top) * UNITS;
    return { y: percent(units), units: n(units), words: formatCount(pulls) };
  });
}

function percent(units: number): string {
  return `${n(units / 10)}%`;
}

/** A number with as many digits as a screen can show. */
function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}
