import type { Clock, Timers } from '../../src/kit/clock.ts';
import type { StartTicker } from '../../src/poller/schedule-groups.ts';

/** When virtual time begins: a full hour, in milliseconds since the epoch. */
export const START_AT = Date.UTC(2026, 10, 23, 12);

/** How far the monotonic clock is from the other one, so that mixing them up is noticed. */
const MONOTONIC_OFFSET_MS = START_AT - 5_000_000;

interface Appointment {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock with timers and schedules that moves only when it is told to. */
export interface VirtualTime {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Understands `every <milliseconds>` and ticks on the multiples of it. */
  readonly startTicker: StartTicker;
  /** Tickers under way. */
  tickers(): number;
  /** Timers under way, tickers not counted. */
  pending(): number;
  /** Sets the wall clock forward, or back. */
  setWallClock(byMs: number): void;
  /** Lets time pass with nothing running; what fell due runs at the next `advance`. */
  sleep(durationMs: number): void;
  /** Lets time pass, running what falls due, and the promises that hang on it, in order. */
  advance(durationMs: number): Promise<void>;
}

/** Virtual time, standing still at `START_AT` or another moment. */
export function createVirtualTime(startAt = START_AT): VirtualTime {
  let now = startAt;
  let wallOffsetMs = 0;
  let order = 0;
  let tickers = 0;
  const queue = createQueue();
  const timers = new Set<Appointment>();

  function at(time: number, run: () => void): Appointment {
    const appointment = { at: time, order: order++, run };
    queue.push(appointment);
    return appointment;
  }

  return {
    clock: { now: () => now + wallOffsetMs, monotonicMs: () => now - MONOTONIC_OFFSET_MS },
    timers: {
      after(delayMs, run) {
        const appointment = at(now + delayMs, () => {
          if (timers.delete(appointment)) run();
        });
        timers.add(appointment);
        return () => timers.delete(appointment);
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

/** All promises that can settle without time passing have settled. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A binary heap, earliest first, and in the order of making among equals. */
function createQueue() {
  const heap: Appointment[] = [];
  const isBefore = (a: Appointment, b: Appointment) => a.at < b.at || (a.at === b.at && a.order < b.order);
  const swap = (i: number, j: number) => {
    [heap[i], heap[j]] = [heap[j] as Appointment, heap[i] as Appointment];
  };
  const goesFirst = (i: number, j: number) => isBefore(heap[i] as Appointment, heap[j] as Appointment);
  return {
    peek: () => heap[0],
    push(appointment: Appointment) {
      heap.push(appointment);
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
