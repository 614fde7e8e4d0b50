import type { HistoryPoint, HistorySeries } from '../../domain/history/query.ts';
import { toTimestamp } from '../time-words.ts';

/**
 * The history of a credential as the API shows it. Unlike in the rest of the API, names are camelCase: they are the
 * columns of the CSV too, which `headroom forecast` reads. Times are RFC 3339 in UTC.
 */
export interface HistoryJson {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Seconds; null where every point is a result. */
  readonly stepSeconds: number | null;
  readonly points: readonly HistoryPointJson[];
}

/** One point; what is not known is null, never 0. */
export type HistoryPointJson = Omit<HistoryPoint, 'at'> & { readonly at: string };

/** The columns of the CSV, in their order. */
export const HISTORY_COLUMNS = ['at', 'remaining', 'limit', 'windowSeconds', 'spent', 'outcome'] as const;

/** Writes a history for the API. */
export function toHistoryJson({ name, from, to, stepMs, points }: HistorySeries): HistoryJson {
  return {
    name,
    from: toTimestamp(from),
    to: toTimestamp(to),
    stepSeconds: stepMs === null ? null : stepMs / 1_000,
    points: points.map((point) => ({ ...point, at: toTimestamp(point.at) })),
  };
}

/** Writes the points as CSV (RFC 4180); what is not known is empty. No value needs quotes: there is no foreign text. */
export function toHistoryCsv(series: HistorySeries): string {
  const rows = toHistoryJson(series).points.map((point) =>
    HISTORY_COLUMNS.map((column) => point[column] ?? '').join(','),
  );
  return `${[HISTORY_COLUMNS.join(','), ...rows].join('\r\n')}\r\n`;
}
