import type {
  HistoryChange,
  HistoryFormat,
  HistoryQuery,
  HistorySeries,
  HistorySpan,
  HistorySubject,
  RecentProbes,
} from './query.ts';

/** Holds a value that is available at once, or the promise of one. */
export type Awaitable<T> = T | Promise<T>;

/** Reads the history of credentials, from any backend. */
export interface Past {
  /**
   * Returns the history of a configured credential; undefined if there is no such credential.
   * @throws HistoryQueryError if the query is invalid or too large
   * @throws HistoryUnavailableError if the history cannot be read now
   */
  series(name: string, query: HistoryQuery): Awaitable<HistorySeries | undefined>;
  /**
   * Returns the history of the bucket of a source, as observed by at most ten of its credentials; undefined if no credential
   * reported the source last. Throws as `series()` does.
   */
  bucketSeries(source: string, query: HistoryQuery): Awaitable<HistorySeries | undefined>;
  /**
   * Returns the result of `series()` or `bucketSeries()` as the text that the API sends. Another thread may build it, so that
   * a long history does not block the event loop. Throws as `series()` does.
   */
  seriesText(
    subject: HistorySubject,
    query: HistoryQuery,
    format: HistoryFormat,
  ): Awaitable<string | undefined>;
  /**
   * Returns the changes of limit, window and source of a credential; undefined if the backend stores none, or there is no such
   * credential.
   * @throws HistoryUnavailableError if they cannot be read now
   */
  changes(name: string, span: HistorySpan): Awaitable<readonly HistoryChange[] | undefined>;
  /**
   * Returns the newest probes of a credential; undefined if there is no such credential.
   * @throws HistoryUnavailableError if they cannot be read now
   */
  recentProbes(name: string): Awaitable<RecentProbes | undefined>;
}
