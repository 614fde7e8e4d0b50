import type { HistoryChange, HistorySeries, HistorySpan } from '../../domain/history/query.ts';
import { HistoryQueryError, HistoryUnavailableError, LONG_CELL_MS } from '../../domain/history/query.ts';
import { toSentence } from '../../domain/wording.ts';
import type { Log } from '../../kit/log.ts';
import { barStep } from '../charts/bars.ts';
import { WEEK_LOOK_BACK_MS } from '../charts/heatmap-week.ts';
import { changesIn } from '../charts/note.ts';
import type { WebSources } from '../web-options.ts';
import type { DetailRange } from './range.ts';

/** What a detail page shows of the past. */
export interface DetailPast {
  /** As finely as fits. */
  readonly points: HistorySeries;
  /** In cells as long as a bar. */
  readonly cells: HistorySeries;
  /** The last weeks in whole hours. */
  readonly weeks: HistorySeries;
  readonly changes: readonly HistoryChange[];
}

/** Where the past of a credential or bucket is read. */
export interface PastReader {
  readonly series: (query: HistorySpan & { step: 'auto' | number }) => ReturnType<WebSources['series']>;
  readonly changes: (span: HistorySpan) => ReturnType<WebSources['changes']>;
}

/** The past, or why it cannot be shown, in a sentence; undefined when nobody has such a past. */
export type PastAnswer =
  | { readonly kind: 'past'; readonly past: DetailPast }
  | { readonly kind: 'trouble'; readonly trouble: string };

/** Reads all that a detail page shows of the past. A history that cannot be read does not take the page away. */
export async function readPast(
  reader: PastReader,
  range: DetailRange,
  now: number,
  log: Log,
): Promise<PastAnswer> {
  const { from, to } = range;
  try {
    const [points, cells, weeks, changes] = await Promise.all([
      reader.series({ from, to, step: 'auto' }),
      reader.series({ from, to, step: barStep(from, to) }),
      reader.series({ from: now - WEEK_LOOK_BACK_MS, to: now, step: LONG_CELL_MS }),
      reader.changes({ from, to }),
    ]);
    if (!points || !cells || !weeks) return { kind: 'trouble', trouble: 'There is no history of it yet.' };
    return { kind: 'past', past: { points, cells, weeks, changes: changes ?? changesIn(points) } };
  } catch (error) {
    return { kind: 'trouble', trouble: toTrouble(error, log) };
  }
}

function toTrouble(error: unknown, log: Log): string {
  if (error instanceof HistoryQueryError) return toSentence(error.message);
  if (error instanceof HistoryUnavailableError)
    return toSentence(`The history cannot be read: ${error.message}`);
  log.error('A history cannot be read', { error });
  return "The history cannot be read; Headroom's log says why.";
}
