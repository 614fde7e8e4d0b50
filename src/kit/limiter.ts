/** A first-in, first-out queue. */
export class Fifo<Item> {
  #items: Item[] = [];
  /** Index of the first item in `#items`: shifting a long array for each item would cost its length each time. */
  #head = 0;

  /** Adds an item at the end. */
  push(item: Item): void {
    this.#items.push(item);
  }

  /** Removes and returns the first item; undefined when the queue is empty. */
  take(): Item | undefined {
    const item = this.#items[this.#head];
    if (item === undefined) return undefined;
    this.#head += 1;
    if (this.#head === this.#items.length || this.#head > 1_000) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}

/** The priority of a job: `low` for a job that is likely to take long. */
export type Priority = 'normal' | 'low';

/** Runs a bounded number of jobs concurrently. The others wait for a slot, in the order of the calls. */
export interface Limiter {
  /**
   * Runs a job as soon as a slot is free. The job must not reject. Jobs of low priority start after those of normal
   * priority, and use at most three quarters of the slots: a hundred credentials behind a dead proxy must not block the
   * others.
   */
  run(job: Job, priority: Priority): void;
  /** Changes the number of slots. Running jobs are not affected. */
  resize(size: number): void;
}

type Job = () => Promise<void>;

/** The share of the slots that jobs of low priority may not use. A single slot is used by both priorities. */
const RESERVED_SHARE = 0.25;

/**
 * Creates a limiter.
 * @param size the number of slots
 */
export function createLimiter(size: number): Limiter {
  return new FifoLimiter(size);
}

class FifoLimiter implements Limiter {
  readonly #waiting = { normal: new Fifo<Job>(), low: new Fifo<Job>() };
  readonly #running = { normal: 0, low: 0 };
  #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  run(job: Job, priority: Priority): void {
    this.#waiting[priority].push(job);
    this.#fill();
  }

  resize(size: number): void {
    this.#size = size;
    this.#fill();
  }

  #fill(): void {
    while (this.#running.normal + this.#running.low < this.#size) {
      if (!this.#start('normal') && !(this.#hasSlotForLow() && this.#start('low'))) break;
    }
  }

  #hasSlotForLow(): boolean {
    return this.#running.low < Math.max(1, Math.floor(this.#size * (1 - RESERVED_SHARE)));
  }

  #start(priority: Priority): boolean {
    const job = this.#waiting[priority].take();
    if (!job) return false;
    this.#running[priority] += 1;
    void job().finally(() => {
      this.#running[priority] -= 1;
      this.#fill();
    });
    return true;
  }
}
