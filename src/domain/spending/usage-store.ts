import type { Awaitable } from '../history/past.ts';
import type { UsageRow } from './usage-row.ts';

/** Who pulled, as far as a usage report says. */
export interface UsageSpender extends Pick<UsageRow, 'user' | 'repository' | 'token'> {
  /** As they were stored: masked if that is configured. */
  readonly addresses: readonly string[];
}

/** The pulls of one spender in an hour. */
export interface UsageSum extends UsageSpender {
  readonly pulls: number;
}

/** The pulls of one spender on a day. */
export interface UsageDay extends UsageSum {
  /** Start of the day in UTC, in milliseconds since the epoch. */
  readonly at: number;
}

/** A range of hours. Instants are milliseconds since the epoch. */
export interface UsageSpan {
  /** Start, included. */
  readonly from: number;
  /** End, not included. */
  readonly to: number;
}

/** Stores the rows of usage reports as long as the history stores results. */
export interface UsageStore {
  /**
   * Stores rows. A row that is stored again, by its hour and all its values except the counts, is not added: the larger
   * counts are kept. Rows older than the retention are left out. Never throws.
   * @returns whether they were stored; false while the file cannot be written
   */
  add(rows: readonly UsageRow[]): boolean;
  /**
   * Returns the hours with rows in the order of time, in milliseconds since the epoch. The first is 0 if rows have been removed
   * by retention.
   * @throws HistoryUnavailableError if they cannot be read now
   */
  hours(): Awaitable<readonly number[]>;
  /**
   * Returns the sums of an hour; those of all removed rows for 0.
   * @throws HistoryUnavailableError if they cannot be read now
   */
  sums(hourAt: number): Awaitable<readonly UsageSum[]>;
  /**
   * Returns the sums of each spender on each day, of the hours that begin in a range.
   * @throws HistoryUnavailableError if they cannot be read now
   */
  days(span: UsageSpan): Awaitable<readonly UsageDay[]>;
}
