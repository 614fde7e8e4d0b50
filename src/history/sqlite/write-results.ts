import type { CredentialState } from '../../domain/credential-state.ts';
import { LONG_CELL_MS } from '../../domain/history/query.ts';
import type { Result } from '../../domain/result.ts';
import { cutText, redact } from '../../kit/foreign-text.ts';
import type { HistoryFile } from './history-file.ts';
import { serializeState } from './state-record.ts';
import type { StoredEvent } from './tables/event-table.ts';

/** A pending result, with the state after it and the changes it caused. */
export interface UnwrittenResult {
  readonly result: Result;
  /** The instant of the credential's previous result, in milliseconds since the epoch; undefined for the first one of this process. */
  readonly previousAt: number | undefined;
  readonly state: CredentialState;
  readonly changes: readonly StoredEvent[];
}

/** The maximum length of a stored failure detail, in characters. */
const MAX_DETAIL_LENGTH = 300;

/**
 * Writes results in one transaction.
 * @throws the error of the database; then no result is written
 */
export function writeResults(file: HistoryFile, results: readonly UnwrittenResult[]): void {
  const states = new Map<number, CredentialState>();
  file.transaction(() => {
    for (const { result, previousAt, state, changes } of results) {
      const firstHourAt = Math.floor(result.at / LONG_CELL_MS) * LONG_CELL_MS;
      const id = file.credentials.idOf(state.identity, firstHourAt);
      const { durationMs, outcome } = result;
      const at = Math.round(result.at);
      // Only if the clock was set back do samples exist between two results, or a rollup after the result.
      if (previousAt !== undefined) file.samples.setAside(id, Math.round(previousAt), at);
      const rolledUntil = file.credentials.find(state.identity)?.rolledUntil ?? 0;
      if (at < rolledUntil) file.credentials.setRolledUntil(id, firstHourAt);
      file.samples.add(id, {
        at,
        outcomeId: file.outcomes.idOf(outcome),
        remaining: outcome.kind === 'limited' ? outcome.remaining : null,
        durationMs: Math.round(durationMs),
        detail: outcome.kind === 'failed' ? cutText(redact(outcome.detail), MAX_DETAIL_LENGTH) : null,
      });
      for (const change of changes) file.events.add(id, change);
      states.set(id, state);
    }
    for (const [id, state] of states) file.credentials.saveState(id, serializeState(state));
  });
}

/** A queue of pending results. */
interface ResultQueue {
  add(unwritten: UnwrittenResult): void;
  /** Returns the oldest results, at most as many as one short transaction writes. */
  next(): readonly UnwrittenResult[];
  /** Removes the oldest results after they were written. */
  drop(count: number): void;
  readonly length: number;
  /** Returns how many results were dropped since the last call. */
  takeLostCount(): number;
}

/** The maximum number of pending results, about 20 MB. The oldest are dropped first. */
const MAX_WAITING = 20_000;
/** How many results one transaction writes: a few milliseconds. */
const BATCH_SIZE = 500;

/** Creates a bounded queue: results that cannot be written for hours must not fill the memory. */
export function createResultQueue(mostWaiting = MAX_WAITING): ResultQueue {
  let waiting: UnwrittenResult[] = [];
  let lost = 0;
  return {
    add(unwritten) {
      waiting.push(unwritten);
      if (waiting.length <= mostWaiting) return;
      // Drop a tenth at once, so that not every further result copies the queue.
      const excess = Math.max(1, Math.floor(mostWaiting / 10));
      waiting = waiting.slice(excess);
      lost += excess;
    },
    next: () => waiting.slice(0, BATCH_SIZE),
    drop(count) {
      waiting = waiting.slice(count);
    },
    get length() {
      return waiting.length;
    },
    takeLostCount() {
      const count = lost;
      lost = 0;
      return count;
    },
  };
}
