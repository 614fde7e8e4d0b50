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
