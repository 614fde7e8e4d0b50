import { drawExponential, type SeededRandom } from '../../src/kit/seeded-random.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** What a family of demand is scaled to. Instants and spans are in milliseconds. */
export interface Scene {
  readonly from: number;
  readonly to: number;
  /** The rate that the bucket can sustain, in pulls per millisecond: `limit / windowMs`. */
  readonly capacity: number;
  readonly limit: number;
  readonly windowMs: number;
}

/** Makes the pulls that are requested from a bucket in a scene. */
export type Family = (scene: Scene, random: SeededRandom) => Demand;

/** The length of the bins in which the true rate is known to the oracle. */
const BIN_MS = 5 * MINUTE_MS;

/** Requested pulls, and the rates that they were drawn from. */
export class Demand {
  readonly #from: number;
  readonly #to: number;
  readonly #expected: Float64Array;
  #times: number[] = [];

  constructor({ from, to }: { readonly from: number; readonly to: number }) {
    this.#from = from;
    this.#to = to;
    this.#expected = new Float64Array(Math.ceil((to - from) / BIN_MS) + 1);
  }

  /** Adds single pulls of a rate (pulls per millisecond) that changes: arrivals of a Poisson process, by thinning. */
  addPoisson(
    random: SeededRandom,
    rateAt: (at: number) => number,
    highest: number,
    from = this.#from,
    to = this.#to,
  ): this {
    for (let at = from + drawExponential(random, 1 / highest); at < Math.min(to, this.#to); ) {
      if (random() * highest <= rateAt(at)) this.#times.push(at);
      at += drawExponential(random, 1 / highest);
    }
    for (let bin = 0; bin < this.#expected.length; bin += 1) {
      for (let part = 0; part < 5; part += 1) {
        const middle = this.#from + bin * BIN_MS + (part + 0.5) * MINUTE_MS;
        if (middle >= from && middle < to)
          this.#expected[bin] = (this.#expected[bin] ?? 0) + rateAt(middle) * MINUTE_MS;
      }
    }
    return this;
  }

  /** Adds bursts that begin at a rate that changes. The oracle knows how many pulls they bring in each bin. */
  addBursts(
    random: SeededRandom,
    rateAt: (at: number) => number,
    highest: number,
    burst: () => { readonly pulls: number; readonly lastsMs: number },
  ): this {
    for (let at = this.#from + drawExponential(random, 1 / highest); at < this.#to; ) {
      if (random() * highest <= rateAt(at)) {
        const { pulls, lastsMs } = burst();
        this.addPulls(random, at, pulls, lastsMs);
      }
      at += drawExponential(random, 1 / highest);
    }
    return this;
  }

  /** Adds pulls at random instants of a span. The oracle knows how many of them are in each bin. */
  addPulls(random: SeededRandom, from: number, pulls: number, lastsMs: number): this {
    for (let i = 0; i < pulls; i += 1) {
      const at = from + random() * lastsMs;
      if (at < this.#from || at >= this.#to) continue;
      this.#times.push(at);
      const bin = Math.floor((at - this.#from) / BIN_MS);
      this.#expected[bin] = (this.#expected[bin] ?? 0) + 1;
    }
    return this;
  }

  /** The instants of the pulls, in order. */
  times(): readonly number[] {
    this.#times = this.#times.sort((a, b) => a - b);
    return this.#times;
  }

  /** Returns the true rate at an instant, in pulls per millisecond. */
  rateAt(at: number): number {
    return (this.#expected[Math.floor((at - this.#from) / BIN_MS)] ?? 0) / BIN_MS;
  }
}
