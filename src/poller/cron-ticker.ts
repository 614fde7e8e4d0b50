import type { Clock, Timers } from '../kit/clock.ts';
import type { Log } from '../kit/log.ts';
import type { Schedule, StartTicker, Ticker } from './schedule-groups.ts';
import { createTimetable, type Timetable } from './timetable.ts';

/** Contains the dependencies of a cron ticker. */
export interface TickerPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

/** How long a ticker waits before it reads the clock again, in milliseconds (1 minute). */
const LONGEST_WAIT_MS = 60_000;

/**
 * Returns a function that starts schedules of cron expressions. Fixed intervals follow the monotonic clock only; times of
 * day follow the local time of their zone. If several ticks were missed, in a busy process or while the machine was
 * suspended, one tick follows.
 */
export function createCronTicker(ports: TickerPorts): StartTicker {
  return (schedule, onTick) => new CronTicker(ports, schedule, onTick);
}

class CronTicker implements Ticker {
  readonly #ports: TickerPorts;
  readonly #onTick: () => void;
  readonly #timetable: Timetable;
  /** The difference between `now()` and `monotonicMs()` of the clock at the start. */
  readonly #startOffsetMs: number;
  #dueAt: number;
  /** Cached, since computing the next runs takes up to 0.2 ms, too long for each of many credentials at each tick. */
  #intervalMs: number | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(ports: TickerPorts, schedule: Schedule, onTick: () => void) {
    const { clock } = ports;
    this.#ports = ports;
    this.#onTick = onTick;
    this.#startOffsetMs = clock.now() - clock.monotonicMs();
    this.#timetable = createTimetable(schedule, clock.now());
    this.#dueAt = this.#timetable.nextAfter(this.#time());
    this.#wait();
  }

  /** Returns the shorter of the next two gaps. One of them may be a night or a weekend, too long for a value to stay valid. */
  intervalMs(): number {
    if (this.#intervalMs === undefined) {
      const second = this.#timetable.nextAfter(this.#dueAt);
      const third = this.#timetable.nextAfter(second);
      this.#intervalMs = Math.min(second - this.#dueAt, third - second);
    }
    return this.#intervalMs;
  }

  untilNextMs(): number {
    return Math.max(0, this.#dueAt - this.#time());
  }

  clockJumped(): void {
    if (!this.#timetable.followsZone) return;
    // If the clock jumped over a run, the tick follows at once.
    if (this.#time() < this.#dueAt) this.#dueAt = this.#timetable.nextAfter(this.#time());
    this.#intervalMs = undefined;
    this.#check();
  }

  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #time(): number {
    const { clock } = this.#ports;
    return this.#timetable.followsZone ? clock.now() : this.#startOffsetMs + clock.monotonicMs();
  }

  #wait(): void {
    this.#cancelTimer?.();
    const delayMs = Math.min(Math.ceil(this.untilNextMs()), LONGEST_WAIT_MS);
    this.#cancelTimer = this.#ports.timers.after(delayMs, () => this.#check());
  }

  #check(): void {
    const now = this.#time();
    const isDue = now >= this.#dueAt;
    if (isDue) {
      this.#dueAt = this.#timetable.nextAfter(now);
      this.#intervalMs = undefined;
    }
    this.#wait();
    if (isDue) this.#tick();
  }

  #tick(): void {
    try {
      this.#onTick();
    } catch (error) {
      this.#ports.log.error('A tick of a schedule failed', { error });
    }
  }
}
