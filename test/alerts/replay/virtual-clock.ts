import type { Clock } from '../../../src/kit/clock.ts';

/** Time that only the caller moves. */
export interface VirtualClock extends Clock {
  after(delayMs: number, run: () => void): () => void;
  every(intervalMs: number, run: () => void): () => void;
  /** Lets everything happen that is due until then. */
  passTo(at: number): void;
  /** Forgets everything that is due, as the end of a process does. */
  forget(): void;
}

interface Due {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** @param startAt milliseconds since the epoch */
export function createVirtualClock(startAt: number): VirtualClock {
  let now = startAt;
  let order = 0;
  let due: Due[] = [];

  function add(delayMs: number, run: () => void): () => void {
    const event = { at: now + delayMs, order: order++, run };
    due.push(event);
    return () => {
      due = due.filter((other) => other !== event);
    };
  }

  return {
    now: () => now,
    monotonicMs: () => now,
    after: add,
    every(intervalMs, run) {
      let callOff = add(intervalMs, again);
      function again(): void {
        callOff = add(intervalMs, again);
        run();
      }
      return () => callOff();
    },
    passTo(at) {
      for (;;) {
        const next = due
          .filter((event) => event.at <= at)
          .sort((a, b) => a.at - b.at || a.order - b.order)[0];
        if (!next) break;
        due = due.filter((event) => event !== next);
        now = Math.max(now, next.at);
        next.run();
      }
      now = Math.max(now, at);
    },
    forget() {
      due = [];
    },
  };
}
