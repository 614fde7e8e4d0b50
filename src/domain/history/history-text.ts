import type { Past } from './past.ts';
import type { HistoryFormat, HistoryPoint, HistoryQuery, HistorySeries, HistorySubject } from './query.ts';

/**
 * The JSON of the history of a credential. In contrast to the rest of the API, names are in camelCase: they are also the
 * columns of the CSV, which `headroom forecast` reads. Times are RFC 3339 in UTC.
 */
interface HistoryJson {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Interval of the points in seconds; null if every point is a result. */
  readonly stepSeconds: number | null;
  readonly points: readonly HistoryPointJson[];
}

/** The JSON of one point. Unknown values are null, never 0. */
type HistoryPointJson = Omit<HistoryPoint, 'at'> & { readonly at: string };

/** The columns of the CSV, in this order. */
export const HISTORY_COLUMNS = ['at', 'remaining', 'limit', 'windowSeconds', 'spent', 'outcome'] as const;

/** Returns a history as the value whose JSON the API sends. */
export function toHistoryJson({ name, from, to, stepMs, points }: HistorySeries): HistoryJson {
  return {
    name,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    stepSeconds: stepMs === null ? null : stepMs / 1_000,
    points: points.map((point) => ({ ...point, at: new Date(point.at).toISOString() })),
  };
}

/** Returns the points as CSV (RFC 4180). Unknown values are empty. No value needs quotes, since none is foreign text. */
export function toHistoryCsv(series: HistorySeries): string {
  const rows = toHistoryJson(series).points.map((point) =>
    HISTORY_COLUMNS.map((column) => point[column] ?? '').join(','),
  );
  return `${[HISTORY_COLUMNS.join(','), ...rows].join('\r\n')}\r\n`;
}

/** Returns a history as the text that the API sends. */
export function formatHistory(series: HistorySeries, format: HistoryFormat): string {
  return format === 'csv' ? toHistoryCsv(series) : JSON.stringify(toHistoryJson(series));
}

/** Reads a history and returns it as text: `Past.seriesText()` of a backend that has no thread for it. */
export async function readSeriesText(
  past: Pick<Past, 'series' | 'bucketSeries'>,
  { kind, name }: HistorySubject,
  query: HistoryQuery,
  format: HistoryFormat,
): Promise<string | undefined> {
  const series = await (kind === 'bucket' ? past.bucketSeries(name, query) : past.series(name, query));
  return series && formatHistory(series, format);
}
