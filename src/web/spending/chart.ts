import { NO_PULLS } from '../../domain/pull-cost/pull-range.ts';
import type { SpendingReport, SpendingSlot } from '../../domain/spending/spending-report.ts';
import { middleOf } from '../../domain/spending/spending-words.ts';
import { formatCount, spanWords } from '../../domain/wording.ts';
import { type CountTick, drawCounts, oneDecimal, percent, UNITS } from '../charts/chart-units.ts';
import { countTicks, timeTicks } from '../charts/scale.ts';

/** The pulls of a bucket by who spent them, stacked, with the loss of the bucket as a line. Texts are finished. */
export interface SpendingChart {
  /** `Pulls per 10 minutes`. */
  readonly title: string;
  /** The chart as a sentence, for screen readers. */
  readonly words: string;
  /** The series from the bottom of the stack to its top, for the legend. */
  readonly series: readonly { readonly number: number; readonly name: string }[];
  readonly bars: readonly {
    readonly number: number;
    readonly x: string;
    readonly y: string;
    readonly width: string;
    readonly height: string;
  }[];
  /** The path of the line of the loss. */
  readonly loss: string;
  readonly counts: readonly CountTick[];
  readonly times: readonly { readonly x: string; readonly words: string; readonly isMinor: boolean }[];
  /** The numbers of the chart for the script of the page, escaped for a `<script>` element. */
  readonly json: string;
}

/** The number of rows with a series of their own. The others are one series. */
const MAX_SERIES = 6;
/** The number of the series of all other rows, which has its own colour. */
const OTHERS = MAX_SERIES;
/** Ratio of the axis to the highest value. */
const HEADROOM = 1.08;
/** Minimum end of the axis, in pulls. */
const LEAST_TOP = 4;

/** The middles of the pulls of each series in a cell of time, and the loss of the bucket. */
interface Cell {
  readonly at: number;
  readonly loss: number | null;
  readonly pulls: readonly number[];
}

/**
 * Draws who spent the pulls of a bucket.
 * @param names the names of the rows
 */
export function drawSpending(report: SpendingReport, names: readonly string[]): SpendingChart {
  const { from, to, slotMs } = report;
  const hasOthers = names.length > MAX_SERIES;
  const series = [...names.slice(0, MAX_SERIES), ...(hasOthers ? ['Others'] : [])].map((name, number) => ({
    name,
    number: hasOthers && number === MAX_SERIES ? OTHERS : number,
  }));
  const cells = cellsOf(report, series.length);
  const most = cells.reduce(
    (highest, { loss, pulls }) => Math.max(highest, loss ?? 0, sumOf(pulls)),
    LEAST_TOP,
  );
  const top = most * HEADROOM;
  const counts = countTicks(most);
  const x = (at: number) => ((at - from) / (to - from)) * UNITS;
  return {
    title: `Pulls per ${spanWords(slotMs / 1_000).replace(/^1 /, '')}`,
    words: wordsOf(report, series.length),
    series,
    bars: cells.flatMap((cell) => barsOf(cell, { x, top, slotMs })),
    loss: lossPath(cells, { x, top, slotMs }),
    counts: drawCounts(counts, top),
    times: timeTicks(from, to).map(({ at, words }, i) => ({
      x: percent(x(at)),
      words,
      isMinor: i % 2 === 1,
    })),
    json: toJson({ from, to, end: to, spans: [], stepMs: slotMs, series, cells, scale: { top, counts } }),
  };
}

/** Positions on a chart. */
interface Scale {
  /** Returns the position of an instant, in units. */
  readonly x: (at: number) => number;
  readonly top: number;
  readonly slotMs: number;
}

function cellsOf({ slots }: SpendingReport, seriesCount: number): Cell[] {
  return slots.map(({ at, spent, pulls }: SpendingSlot) => {
    const own = Array.from({ length: seriesCount }, (_, i) => middleOf(pulls[i] ?? NO_PULLS));
    const others = sumOf(pulls.slice(MAX_SERIES).map(middleOf));
    return { at, loss: spent, pulls: seriesCount > MAX_SERIES ? [...own.slice(0, MAX_SERIES), others] : own };
  });
}

function barsOf({ at, pulls }: Cell, { x, top, slotMs }: Scale): SpendingChart['bars'] {
  const left = x(at);
  const gap = Math.min(0.2 * (x(at + slotMs) - left), 2);
  let below = 0;
  return pulls.flatMap((count, number) => {
    if (count <= 0) return [];
    below += count;
    return [
      {
        number,
        x: oneDecimal(left + gap / 2),
        y: oneDecimal((1 - below / top) * UNITS),
        width: oneDecimal(x(at + slotMs) - left - gap),
        height: oneDecimal((count / top) * UNITS),
      },
    ];
  });
}

/** Returns the loss as steps, interrupted where the bucket was not observed. */
function lossPath(cells: readonly Cell[], { x, top, slotMs }: Scale): string {
  let endsAt: number | undefined;
  return cells
    .map(({ at, loss }) => {
      if (loss === null) return '';
      const y = oneDecimal((1 - loss / top) * UNITS);
      const start = endsAt === at ? `V${y}` : `M${oneDecimal(x(at))} ${y}`;
      endsAt = at + slotMs;
      return `${start}H${oneDecimal(x(endsAt))}`;
    })
    .join('');
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function wordsOf({ spent, explained, slotMs }: SpendingReport, seriesCount: number): string {
  const lost =
    spent === null ? 'a number of pulls that is not known' : `${formatCount(Math.round(spent))} pulls`;
  const known = formatCount(Math.round(middleOf(explained)));
  return `The bucket lost ${lost}, of which about ${known} are explained by ${seriesCount} series, per ${spanWords(slotMs / 1_000)}`;
}

function toJson(numbers: object): string {
  // Nothing of it may end the element that it stands in, or begin a comment.
  return JSON.stringify(numbers).replaceAll('<', '\\u003c').replaceAll('>', '\\u003e');
}
