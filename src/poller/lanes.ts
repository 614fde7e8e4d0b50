/** A bounded number of jobs at once; the others wait in the order in which they came. */
export interface Lanes {
  /** Runs the job at once if there is room, otherwise later. It must not reject. */
  enter(job: () => Promise<void>): void;
  /** Changes how many may run at once. Jobs that run already are left alone. */
  resize(size: number): void;
}

/** Makes room for `size` jobs at once. */
export function createLanes(size: number): Lanes {
  return new FifoLanes(size);
}

class FifoLanes implements Lanes {
  #size: number;
  #running = 0;
  #waiting: (() => Promise<void>)[] = [];
  /** Where the queue begins in `#waiting`: to shift a long array for each job would cost its length each time. */
  #head = 0;

  constructor(size: number) {
    this.#size = size;
  }

  enter(job: () => Promise<void>): void {
    this.#waiting.push(job);
    this.#fill();
  }

  resize(size: number): void {
    this.#size = size;
    this.#fill();
  }

  #fill(): void {
    while (this.#running < this.#size) {
      const job = this.#waiting[this.#head];
      if (!job) break;
      this.#head += 1;
      this.#running += 1;
      void job().finally(() => this.#leave());
    }
    if (this.#head === this.#waiting.length || this.#head > 1_000) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
  }

  #leave(): void {
    this.#running -= 1;
    this.#fill();
  }
}
