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
export type Pace = 'usual' | 'slow';

/** A bounded number of jobs at once; the others wait in the order in which they came. */
export interface Lanes {
  /**
   * Runs the job at once if there is room, otherwise later. It must not reject. Slow jobs let the others pass, and leave
   * them a quarter of the lanes: a hundred credentials behind a dead proxy must not keep the rest from being polled.
   */
  enter(job: Job, pace: Pace): void;
  /** Changes how many may run at once. Jobs that run already are left alone. */
  resize(size: number): void;
}

type Job = () => Promise<void>;

/** The share of the lanes that slow jobs leave to the others. A single lane is shared by all. */
const KEPT_FREE = 0.25;

/** Makes room for `size` jobs at once. */
export function createLanes(size: number): Lanes {
  return new FifoLanes(size);
}

class FifoLanes implements Lanes {
  readonly #waiting = { usual: new Fifo<Job>(), slow: new Fifo<Job>() };
  readonly #running = { usual: 0, slow: 0 };
  #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  enter(job: Job, pace: Pace): void {
    this.#waiting[pace].push(job);
    this.#fill();
  }

  resize(size: number): void {
    this.#size = size;
    this.#fill();
  }

  #fill(): void {
    while (this.#running.usual + this.#running.slow < this.#size) {
      if (!this.#start('usual') && !(this.#hasRoomForSlow() && this.#start('slow'))) break;
    }
  }

  #hasRoomForSlow(): boolean {
    return this.#running.slow < Math.max(1, Math.floor(this.#size * (1 - KEPT_FREE)));
  }

  #start(pace: Pace): boolean {
    const job = this.#waiting[pace].take();
    if (!job) return false;
    this.#running[pace] += 1;
    void job().finally(() => {
      this.#running[pace] -= 1;
      this.#fill();
    });
    return true;
  }
}
