import type { BucketReading } from './bucket-reading.ts';

/**
 * For how many intervals a bucket that was nearly dry must stay full until that is believed. The hub said "full" for a
 * moment and went back, as captured on 2021-01-17, at most twice in a row: the third reading tells.
 */
const DOUBTED_INTERVALS = 1.5;

/** Whether the hub may be wrong: it says that everything has come back at once. */
export function isFull(reading: BucketReading): boolean {
  return reading.kind === 'limited' && reading.limited.remaining >= reading.limited.limit;
}

/** How long a reading must be repeated until it is believed, in milliseconds. */
export function doubtMs(reading: BucketReading): number {
  return reading.kind === 'limited' && isFull(reading) ? reading.intervalMs * DOUBTED_INTERVALS : 0;
}
