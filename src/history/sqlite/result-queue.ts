import type { Unwritten } from './write-results.ts';

/** Results that wait to be written. */
export interface ResultQueue {
  add(unwritten: Unwritten): void;
  /** The oldest ones, as many as make a short transaction. */
  next(): readonly Unwritten[];
  /** Removes the oldest ones, which have been written. */
  drop(count: number): void;
  readonly length: number;
  /** How many had to be given up since this was last asked. */
  takeLost(): number;
}

/** How many results wait at most: about 20 MB of them. The oldest are given up first. */
const MAX_WAITING = 20_000;
/** How many results are written at once: a few milliseconds. */
const BATCH = 500;

/** A queue with a bound: what cannot be written for hours must not fill the memory. */
export function createResultQueue(mostWaiting = MAX_WAITING): ResultQueue {
  let waiting: Unwritten[] = [];
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
    next: () => waiting.slice(0, BATCH),
    drop(count) {
      waiting = waiting.slice(count);
    },
    get length() {
      return waiting.length;
    },
    takeLost() {
      const count = lost;
      lost = 0;
      return count;
    },
  };
}
