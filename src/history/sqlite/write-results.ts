import type { CredentialState } from '../../domain/credential-state.ts';
import { LONG_CELL_MS } from '../../domain/history/query.ts';
import type { Result } from '../../domain/result.ts';
import { cutText, redact } from '../../kit/foreign-text.ts';
import type { HistoryFile } from './history-file.ts';
import { serializeState } from './state-record.ts';
import type { StoredEvent } from './tables/event-table.ts';

/** A result that waits to be written, with the state it led to and what it changed. */
export interface UnwrittenResult {
  readonly result: Result;
  /** When the result before it was made, in milliseconds since the epoch; undefined for the first of a process. */
  readonly previousAt: number | undefined;
  readonly state: CredentialState;
  readonly changes: readonly StoredEvent[];
}

/** The most of a failure's detail that is kept, in characters. */
const MAX_DETAIL_LENGTH = 300;

/**
 * Writes results in one transaction.
 * @throws the database's error, and then none is written
 */
export function writeResults(file: HistoryFile, results: readonly UnwrittenResult[]): void {
  const states = new Map<number, CredentialState>();
  file.transaction(() => {
    for (const { result, previousAt, state, changes } of results) {
      const firstHourAt = Math.floor(result.at / LONG_CELL_MS) * LONG_CELL_MS;
      const id = file.credentials.idOf(state.identity, firstHourAt);
      const { durationMs, outcome } = result;
      const at = Math.round(result.at);
      // Only after the clock was set back is there anything between two results, or summed up already.
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

/** Results that wait to be written. */
interface ResultQueue {
  add(unwritten: UnwrittenResult): void;
  /** The oldest ones, as many as make a short transaction. */
  next(): readonly UnwrittenResult[];
  /** Removes the oldest ones, which have been written. */
  drop(count: number): void;
  readonly length: number;
  /** How many had to be given up since this was last asked. */
  takeLostCount(): number;
}

/** How many results wait at most: about 20 MB of them. The oldest are given up first. */
const MAX_WAITING = 20_000;
/** How many results are written at once: a few milliseconds. */
const BATCH_SIZE = 500;

/** A queue with a bound: what cannot be written for hours must not fill the memory. */
export function createResultQueue(mostWaiting = MAX_WAITING): ResultQueue {
  let waiting: UnwrittenResult[] = [];
  let lost = 0;
  return {
    add(unwritten) {
      waiting.push(unwritten);
      if (waiting.length <= mostWaiting) return;
      // A tenth at once, so that not every further result moves all others.
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
