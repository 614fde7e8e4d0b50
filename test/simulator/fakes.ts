import type { Clock, Timers } from '../../src/kit/clock.ts';

/** A clock that only the test moves. */
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

/** Timers that fire when their clock is moved through them. */
export interface TestTimers extends Timers {
  /** Moves the clock, stopping at each timer on the way. */
  advance(ms: number): void;
  /** Timers that have not fired. */
  pending(): number;
}

/** Timers of a clock that only the test moves. */
export function createTestTimers(clock: TestClock): TestTimers {
  let waiting: { readonly at: number; readonly run: () => void }[] = [];
  return {
    after(delayMs, run) {
      const timer = { at: clock.now() + delayMs, run };
      waiting.push(timer);
      return () => {
        waiting = waiting.filter((other) => other !== timer);
      };
    },
    advance(ms) {
      const end = clock.now() + ms;
      for (;;) {
        const next = waiting.toSorted((a, b) => a.at - b.at)[0];
        if (!next || next.at > end) break;
        waiting = waiting.filter((other) => other !== next);
        clock.advance(Math.max(0, next.at - clock.now()));
        next.run();
      }
      clock.advance(end - clock.now());
    },
    pending: () => waiting.length,
  };
}
