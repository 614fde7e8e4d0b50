import type { HistorySeries } from '../../domain/history/query.ts';
import { formatCount, spanWords } from '../../domain/wording.ts';
import { toTimestamp } from '../time-words.ts';

/** The past as a table: the same cells as the bars, newest first. */
export interface DetailTable {
  /** `Each row is an hour`. */
  readonly caption: string;
  readonly rows: readonly DetailRow[];
}

/** One cell of time; what is not known is a dash. */
export interface DetailRow {
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
    caption: `Each row is ${span}, in UTC`,
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
