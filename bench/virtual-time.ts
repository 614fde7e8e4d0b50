import { setImmediate as turnOfLoop } from 'node:timers/promises';
import type { Clock, Timers } from '../src/kit/clock.ts';

/** Time that only the caller moves, from one event to the next. */
export interface VirtualTime {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Keeps time from passing until this is done. */
  hold<T>(work: Promise<T>): Promise<T>;
  /** Lets time pass until this instant, in milliseconds since the epoch. */
  passUntil(endAt: number): Promise<void>;
}

interface Event {
  readonly at: number;
  readonly run: () => void;
}

/** Starts at an instant, in milliseconds since the epoch. */
export function createVirtualTime(startAt: number): VirtualTime {
  let now = startAt;
  const events = new Set<Event>();
  const held = new Set<Promise<unknown>>();

  /** What is held may lead to more that is held, as one request to the next. */
  async function settle(): Promise<void> {
    do {
      await Promise.allSettled(held);
      await turnOfLoop();
    } while (held.size > 0);
  }

  return {
    clock: { now: () => now, monotonicMs: () => now },
    timers: {
      after(delayMs, run) {
        const event = { at: now + delayMs, run };
        events.add(event);
        return () => events.delete(event);
      },
    },
    hold(work) {
      held.add(work);
      const release = (): void => void held.delete(work);
      work.then(release, release);
      return work;
    },
    async passUntil(endAt) {
      await settle();
      for (;;) {
        const [next] = [...events].toSorted((a, b) => a.at - b.at);
        if (next === undefined || next.at > endAt) break;
        events.delete(next);
        now = next.at;
        next.run();
        await settle();
      }
      now = endAt;
    },
  };
}
