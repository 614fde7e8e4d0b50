import type { Clock, Timers } from '../kit/clock.ts';
import type { Log } from '../kit/log.ts';
import type { Schedule, StartTicker, Ticker } from './schedule-groups.ts';
import { createTimetable, type Timetable } from './timetable.ts';

/** What schedules run by. */
export interface TickerPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

/** How long a ticker waits before it looks at the clock again, in milliseconds (1 minute). */
const LONGEST_WAIT_MS = 60_000;

/**
 * Schedules by cron expressions. Fixed intervals run by the monotonic clock alone; times of a day by the local time of
 * their zone. A tick that comes late, in a busy process or after the machine slept, comes once.
 */
export function createCronTicker(ports: TickerPorts): StartTicker {
  return (schedule, onTick) => new CronTicker(ports, schedule, onTick);
}

class CronTicker implements Ticker {
  readonly #ports: TickerPorts;
  readonly #onTick: () => void;
  readonly #timetable: Timetable;
  /** What `now()` of the clock was ahead of its monotonic time at the start. */
  readonly #startOffsetMs: number;
  #dueAt: number;
  /** To look for runs costs up to 0.2 ms, too much to do for each of many credentials at each tick. */
  #intervalMs: number | undefined;
  #callOff: (() => void) | undefined;

  constructor(ports: TickerPorts, schedule: Schedule, onTick: () => void) {
    const { clock } = ports;
    this.#ports = ports;
    this.#onTick = onTick;
    this.#startOffsetMs = clock.now() - clock.monotonicMs();
    this.#timetable = createTimetable(schedule, clock.now());
    this.#dueAt = this.#timetable.nextAfter(this.#time());
    this.#wait();
  }

  /** The shorter of the next two gaps: one of them may be a night or a weekend, and a value must not stand that long. */
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
    // A run that the clock has jumped over is made up for at once.
    if (this.#time() < this.#dueAt) this.#dueAt = this.#timetable.nextAfter(this.#time());
    this.#intervalMs = undefined;
    this.#look();
  }

  stop(): void {
    this.#callOff?.();
    this.#callOff = undefined;
  }

  #time(): number {
    const { clock } = this.#ports;
    return this.#timetable.followsZone ? clock.now() : this.#startOffsetMs + clock.monotonicMs();
  }

  #wait(): void {
    this.#callOff?.();
    const delayMs = Math.min(Math.ceil(this.untilNextMs()), LONGEST_WAIT_MS);
    this.#callOff = this.#ports.timers.after(delayMs, () => this.#look());
  }

  #look(): void {
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
