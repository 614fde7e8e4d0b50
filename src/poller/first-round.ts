/** The first result of each credential of the first configuration. */
export class FirstRound {
  /** Settles when nobody is missing any more. */
  readonly done: Promise<void>;
  #missing: Set<string> | undefined;
  #resolve: (() => void) | undefined;

  constructor() {
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Says of whom a result is missing. Only the first call counts. */
  begin(names: Iterable<string>): void {
    if (this.#missing) return;
    this.#missing = new Set(names);
    this.#check();
  }

  /** Nobody needs to wait for this one any more. */
  settle(name: string): void {
    this.#missing?.delete(name);
    this.#check();
  }

  /** Nobody needs to wait at all any more. */
  end(): void {
    this.#missing = new Set();
    this.#check();
  }

  #check(): void {
    if (this.#missing?.size === 0) this.#resolve?.();
  }
}
