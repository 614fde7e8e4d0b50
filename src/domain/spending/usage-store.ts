import type { Awaitable } from '../history/past.ts';
import type { UsageRow } from './usage-row.ts';

/** Who pulled, as far as a usage report says. */
export interface UsageSpender extends Pick<UsageRow, 'user' | 'repository' | 'token'> {
  /** As they were stored: masked if that is configured. */
  readonly addresses: readonly string[];
}

/** The pulls of one spender in one hour. */
export interface UsageSum extends UsageSpender {
  /** Start of the hour, in milliseconds since the epoch; 0 for all hours that are no longer stored. */
  readonly at: number;
  readonly pulls: number;
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
   * Returns the sums of the hours from `from` (milliseconds since the epoch) on, in the order of time. With 0, the sum of all
   * hours that are no longer stored comes first.
   * @throws HistoryUnavailableError if they cannot be read now
   */
  sums(from: number): Awaitable<readonly UsageSum[]>;
}
