import type { HistorySeries } from '../../domain/history/query.ts';
import { LOW_SHARE } from '../../domain/status.ts';
import { formatCount, spanWords } from '../../domain/wording.ts';
import { toTimestamp } from '../text.ts';
import { barScale } from './bars.ts';
import { type PullChart, pullScale } from './drawing.ts';
import type { ChartForecast } from './lines.ts';

/**
 * What the script on the page draws the charts from: the numbers behind the drawings that the page comes with. Instants
 * are milliseconds since the epoch.
 */
export interface ChartJson {
  readonly from: number;
  readonly to: number;
  readonly end: number;
  /** Pieces of `[instant, pulls]`. */
  readonly remaining: readonly (readonly (readonly [number, number])[])[];
  readonly limits: PullChart['lines']['limits'];
  /** Below which share of the limit it is low. */
  readonly lowShare: number;
  readonly spans: PullChart['spans'];
  readonly notes: PullChart['notes'];
  readonly forecast: ChartForecast | null;
  /** Where the axis of pulls ends, and its ticks; null where no limit was seen. */
  readonly leftScale: { readonly top: number; readonly counts: readonly number[] } | null;
  /** `[instant, pulls]` of each cell in which somebody looked. */
  readonly spent: readonly (readonly [number, number])[];
  readonly spentStepMs: number;
  readonly spentScale: { readonly top: number; readonly counts: readonly number[] };
}

/** Writes the charts for the script on the page, safe to stand in HTML as it is. */
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

/** The past as a table: the same cells as the bars, newest first. */
export interface DetailTable {
  /** `Each row is an hour`. */
  readonly caption: string;
  readonly rows: readonly DetailRow[];
}

/** One cell of time; what is not known is a dash. */
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

/** Writes a history of cells as a table. */
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
