/** A queue: who came first leaves first. */
export class Fifo<Item> {
  #items: Item[] = [];
  /** Where the queue begins in `#items`: to shift a long array for each item would cost its length each time. */
  #head = 0;

  push(item: Item): void {
    this.#items.push(item);
  }

  /** Takes the first one out; undefined when nobody waits. */
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

/** Whether a job is known to hold its lane for long. */
export type Priority = 'normal' | 'low';

/** A bounded number of jobs at once; the others wait in the order in which they came. */
export interface Limiter {
  /**
   * Runs the job at once if there is room, otherwise later. It must not reject. Slow jobs let the others pass, and leave
   * them a quarter of the lanes: a hundred credentials behind a dead proxy must not keep the rest from being polled.
   */
  run(job: Job, priority: Priority): void;
  /** Changes how many may run at once. Jobs that run already are left alone. */
  resize(size: number): void;
}

type Job = () => Promise<void>;

/** The share of the lanes that slow jobs leave to the others. A single lane is shared by all. */
const RESERVED_SHARE = 0.25;

/** Makes room for `size` jobs at once. */
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
