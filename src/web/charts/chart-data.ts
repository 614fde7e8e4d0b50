import type { HistorySeries } from '../../domain/history/query.ts';
import { LOW_SHARE } from '../../domain/status.ts';
import { formatCount, spanWords } from '../../domain/wording.ts';
import { toTimestamp } from '../text.ts';
import { barScale } from './bars.ts';
import { type PullChart, pullScale } from './drawing.ts';
import type { ChartForecast } from './lines.ts';

/**
 * The numbers from which the script of the page draws the charts. Instants are milliseconds since the epoch.
 */
export interface ChartJson {
  readonly from: number;
  readonly to: number;
  readonly end: number;
  /** Pieces of `[instant, pulls]`. */
  readonly remaining: readonly (readonly (readonly [number, number])[])[];
  readonly limits: PullChart['lines']['limits'];
  /** Share of the limit below which the status is "low". */
  readonly lowShare: number;
  readonly spans: PullChart['spans'];
  readonly notes: PullChart['notes'];
  readonly forecast: ChartForecast | null;
  /** End and ticks of the axis of pulls; null if no limit was observed. */
  readonly leftScale: { readonly top: number; readonly counts: readonly number[] } | null;
  /** `[instant, pulls]` of each observed cell. */
  readonly spent: readonly (readonly [number, number])[];
  readonly spentStepMs: number;
  readonly spentScale: { readonly top: number; readonly counts: readonly number[] };
}

/**
 * Serializes the numbers of the charts, escaped for a `<script>` element.
 * @param bars the history in cells as long as a bar
 */
export function toChartJson(chart: PullChart, bars: HistorySeries): string {
  const { from, to, end, lines, spans, notes, forecast: future } = chart;
  const json: ChartJson = {
    from,
    to,
    end,
    remaining: lines.remaining.map((piece) => piece.map(({ at, pulls }) => [at, pulls] as const)),
    limits: lines.limits,
    lowShare: LOW_SHARE,
    spans,
    notes,
    forecast: future ?? null,
    leftScale: pullScale(chart) ?? null,
    spent: bars.points.flatMap(({ at, spent }) => (spent === null ? [] : [[at, spent] as const])),
    spentStepMs: bars.stepMs ?? 0,
    spentScale: barScale(bars.points),
  };
  // Nothing of it may end the element that it stands in, or begin a comment.
  return JSON.stringify(json).replaceAll('<', '\\u003c').replaceAll('>', '\\u003e');
}

/** The chart of a credential's history as a table: one row for each bar of pulls spent, newest first. */
export interface DetailTable {
  /** `Each row is an hour`. */
  readonly caption: string;
  readonly rows: readonly DetailRow[];
}

/** One cell as texts; a dash means not known. */
interface DetailRow {
  readonly datetime: string;
  /** `2026-11-23 21:00`, in UTC. */
  readonly from: string;
  readonly remaining: string;
  readonly limit: string;
  readonly spent: string;
  readonly outcome: string;
}

const UNKNOWN = '–';
const OUTCOMES = { limited: 'OK', unlimited: 'No limit', blocked: 'Blocked', failed: 'Failed' } as const;

/** Formats a history of cells as a table. */
export function toDetailTable({ points, stepMs }: HistorySeries): DetailTable {
  const span = spanWords((stepMs ?? 0) / 1_000)
    .replace(/^1 (?=h)/, 'an ')
    .replace(/^1 /, 'a ');
  return {
    caption: `Each row is ${span}`,
    rows: points
      .map(({ at, remaining, limit, spent, outcome }) => ({
        datetime: toTimestamp(at),
        from: toTimestamp(at).slice(0, 16).replace('T', ' '),
        remaining: countOrDash(remaining),
        limit: countOrDash(limit),
        spent: countOrDash(spent),
        outcome: outcome === null ? UNKNOWN : OUTCOMES[outcome],
      }))
      .reverse(),
  };
}

function countOrDash(count: number | null): string {
  return count === null ? UNKNOWN : formatCount(count);
}
