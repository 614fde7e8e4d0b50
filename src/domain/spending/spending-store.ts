import type { Awaitable } from '../history/past.ts';
import type { PullRange } from '../pull-cost/pull-range.ts';
import type { PullAttempt, PullOrigin } from './pull-attempt.ts';

/** How often an event object was counted. A later batch replaces the earlier number. */
export interface CountedEvent {
  readonly cluster: string;
  /** The UID of the event object. */
  readonly uid: string;
  /** Its `count`, or that of its `series`. */
  readonly count: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Attempts, and the events they were counted from. Both are stored, or neither. */
export interface SpendingBatch {
  readonly attempts: readonly PullAttempt[];
  readonly events: readonly CountedEvent[];
}

/** A query for the sums of attempts. Instants are milliseconds since the epoch. */
export interface SpendingSpan {
  /** Start, included. */
  readonly from: number;
  /** End, not included. */
  readonly to: number;
  /** The credentials whose attempts are summed. */
  readonly credentials: readonly string[];
  /** The length of a slot in milliseconds. Slots begin at multiples of it since the epoch. */
  readonly slotMs: number;
}

/** The sum of the attempts of one origin that started in one slot. */
export interface AttemptSum extends PullOrigin {
  /** Start of the slot, in milliseconds since the epoch. */
  readonly at: number;
  /** Attempts that sent a request: all except `present`. */
  readonly attempts: number;
  readonly refused: number;
  readonly pulls: PullRange;
}

/** Stores pull attempts as long as the history stores results. */
export interface SpendingStore {
  /** Stores a batch; queues it while the file cannot be written. Storing a batch again changes nothing. Never throws. */
  add(batch: SpendingBatch): void;
  /**
   * Returns the sums of attempts, in the order of slots.
   * @throws HistoryUnavailableError if they cannot be read now
   */
  sums(span: SpendingSpan): Awaitable<readonly AttemptSum[]>;
  /**
   * Returns the attempts of a cluster that started at or after `from` (milliseconds since the epoch), oldest first.
   * Empty while the file is not open.
   */
  recent(cluster: string, from: number): readonly PullAttempt[];
  /** Returns the counted events of a cluster since `from` (milliseconds since the epoch). Empty while the file is not open. */
  countedEvents(cluster: string, from: number): readonly CountedEvent[];
}
