import type { Clock } from '../../src/domain/clock.ts';
import type { Log } from '../../src/domain/log.ts';

/** A clock that stands still until it is told to move. */
export interface TestClock extends Clock {
  advance(ms: number): void;
}

/** Starts at an instant as ISO 8601 writes it. */
export function testClock(start: string): TestClock {
  let now = Date.parse(start);
  return {
    now: () => now,
    monotonicMs: () => now,
    advance(ms) {
      now += ms;
    },
  };
}

/** A log nobody reads. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
