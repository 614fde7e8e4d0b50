import type { Clock, Timers } from '../../src/kit/clock.ts';
import type { StartTicker } from '../../src/poller/schedule-groups.ts';

/** The start of virtual time, a full hour, in milliseconds since the epoch. */
export const START_AT = Date.UTC(2026, 10, 23, 12);

/** The difference between the two clocks, so that a test fails if code confuses them. */
const MONOTONIC_OFFSET_MS = START_AT - 5_000_000;

interface ScheduledCall {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock with timers and schedules that advances only by `advance` and `sleep`. */
export interface VirtualTime {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Accepts the expression `every <milliseconds>` and ticks at its multiples. */
  readonly startTicker: StartTicker;
  /** Returns the number of running tickers. */
  tickers(): number;
  /** Returns the number of pending timers, without tickers. */
  pending(): number;
  /** Sets the wall clock forward, or back for a negative value. */
  setWallClock(byMs: number): void;
  /** Advances the time without running anything, like a suspended machine. Timers that are due run at the next `advance`. */
  sleep(durationMs: number): void;
  /** Advances the time and runs timers that become due, and their promises, in order. */
  advance(durationMs: number): Promise<void>;
}

/** Creates virtual time that starts at `START_AT` or another instant. */
export function createVirtualTime(startAt = START_AT): VirtualTime {
  let now = startAt;
  let wallOffsetMs = 0;
  let order = 0;
  let tickers = 0;
  const queue = createQueue();
  const timers = new Set<ScheduledCall>();

  function at(time: number, run: () => void): ScheduledCall {
    const call = { at: time, order: order++, run };
    queue.push(call);
    return call;
  }

  return {
    clock: { now: () => now + wallOffsetMs, monotonicMs: () => now - MONOTONIC_OFFSET_MS },
    timers: {
      after(delayMs, run) {
        const call = at(now + delayMs, () => {
          if (timers.delete(call)) run();
        });
        timers.add(call);
        return () => timers.delete(call);
      },
    },
    startTicker({ expression }, onTick) {
      const intervalMs = Number(/^every (\d+)$/.exec(expression)?.[1]);
      if (!(intervalMs > 0)) throw new SyntaxError(`Not a schedule of virtual time: ${expression}`);
      let isStopped = false;
      const next = () => {
        at((Math.floor(now / intervalMs) + 1) * intervalMs, () => {
          if (isStopped) return;
          next();
          onTick();
        });
      };
      next();
      tickers += 1;
      return {
        intervalMs: () => intervalMs,
        untilNextMs: () => (Math.floor(now / intervalMs) + 1) * intervalMs - now,
        clockJumped: () => undefined,
        stop() {
          isStopped = true;
          tickers -= 1;
        },
      };
    },
    tickers: () => tickers,
    pending: () => timers.size,
    setWallClock(byMs) {
      wallOffsetMs += byMs;
    },
    sleep(durationMs) {
      now += durationMs;
    },
    async advance(durationMs) {
      const end = now + durationMs;
      await settled();
      for (let next = queue.peek(); next && next.at <= end; next = queue.peek()) {
        now = Math.max(now, next.at);
        for (let due = queue.peek(); due && due.at <= now; due = queue.peek()) queue.pop()?.run();
        await settled();
      }
      now = end;
    },
  };
}

/** Resolves once all promises that need no timer have settled. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Creates a binary heap, earliest first; calls of the same instant keep their order. */
function createQueue() {
  const heap: ScheduledCall[] = [];
  const isBefore = (a: ScheduledCall, b: ScheduledCall) =>
    a.at < b.at || (a.at === b.at && a.order < b.order);
  const swap = (i: number, j: number) => {
    [heap[i], heap[j]] = [heap[j] as ScheduledCall, heap[i] as ScheduledCall];
  };
  const goesFirst = (i: number, j: number) => isBefore(heap[i] as ScheduledCall, heap[j] as ScheduledCall);
  return {
    peek: () => heap[0],
    push(call: ScheduledCall) {
      heap.push(call);
      for (let i = heap.length - 1; i > 0; ) {
        const parent = (i - 1) >> 1;
        if (!goesFirst(i, parent)) break;
        swap(i, parent);
        i = parent;
      }
    },
    pop() {
      const first = heap[0];
      const last = heap.pop();
      if (heap.length === 0 || last === undefined) return first;
      heap[0] = last;
      for (let i = 0; ; ) {
        const left = 2 * i + 1;
        if (left >= heap.length) break;
        const child = left + 1 < heap.length && goesFirst(left + 1, left) ? left + 1 : left;
        if (!goesFirst(child, i)) break;
        swap(i, child);
        i = child;
      }
      return first;
    },
  };
}
