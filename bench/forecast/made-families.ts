import type { SeededRandom } from '../../src/kit/seeded-random.ts';
import { DAY_MS, Demand, type Family, HOUR_MS, MINUTE_MS } from './demand.ts';

/** Families of demand. Each is scaled to the capacity of its bucket, so that it uses up a bucket of any size. */

function between(random: SeededRandom, low: number, high: number): number {
  return low + (high - low) * random();
}

function exponential(random: SeededRandom, mean: number): number {
  return -mean * Math.log(1 - random());
}

function geometric(random: SeededRandom, mean: number): number {
  return 1 + Math.floor(Math.log(1 - random()) / Math.log(1 - 1 / mean));
}

/** Returns the share of the peak at an instant of an office week in UTC, from 0 to 1. */
function officeRush(at: number): number {
  const isWeekend = (Math.floor(at / DAY_MS) + 3) % 7 >= 5;
  const hour = (at % DAY_MS) / HOUR_MS;
  const rush = Math.exp(-((hour - 9.3) ** 2) / 1.5) + 0.8 * Math.exp(-((hour - 14) ** 2) / 3);
  return isWeekend ? 0.03 : Math.max(0.03, rush);
}

/** The families that constants may be chosen on. */
export const TUNED: Readonly<Record<string, Family>> = {
  steady(scene, random) {
    const rate = scene.capacity * between(random, 0.7, 1.6);
    return new Demand(scene).addPoisson(random, () => rate, rate);
  },

  bursty(scene, random) {
    const rate = (scene.capacity * between(random, 0.6, 1.3)) / 8;
    return new Demand(scene).addBursts(
      random,
      () => rate,
      rate,
      () => ({ pulls: geometric(random, 8), lastsMs: between(random, 1, 3) * MINUTE_MS }),
    );
  },

  'office week'(scene, random) {
    const peak = (scene.capacity * between(random, 1.3, 3)) / 3;
    const levels = Array.from({ length: 60 }, () => between(random, 0.7, 1.3));
    const rateAt = (at: number) => peak * (levels[Math.floor(at / DAY_MS) % 60] ?? 1) * officeRush(at);
    return new Demand(scene).addBursts(random, rateAt, peak * 1.8, () => ({
      pulls: geometric(random, 3),
      lastsMs: MINUTE_MS,
    }));
  },

  'noisy neighbour'(scene, random) {
    const own = scene.capacity * 0.2;
    const demand = new Demand(scene).addPoisson(random, () => own, own);
    for (let at = scene.from + exponential(random, 6 * HOUR_MS); at < scene.to; ) {
      const to = at + between(random, 20, 120) * MINUTE_MS;
      const rate = scene.capacity * between(random, 2, 6);
      demand.addPoisson(random, () => rate, rate, at, to);
      at = to + exponential(random, 6 * HOUR_MS);
    }
    return demand;
  },

  'batch every 20 min'(scene, random) {
    const size = scene.capacity * 20 * MINUTE_MS * between(random, 0.7, 1.5);
    const demand = new Demand(scene);
    for (let at = scene.from + random() * 20 * MINUTE_MS; at < scene.to; at += 20 * MINUTE_MS) {
      const pulls = Math.round(size * between(random, 0.8, 1.2));
      demand.addPulls(random, at + between(random, 0, 30_000), pulls, 80_000);
    }
    return demand;
  },

  'on and off'(scene, random) {
    const rate = scene.capacity * between(random, 1.8, 3);
    const demand = new Demand(scene);
    for (let at = scene.from; at < scene.to; ) {
      const off = at + exponential(random, 45 * MINUTE_MS);
      demand.addPoisson(random, () => rate, rate, at, off);
      at = off + exponential(random, 90 * MINUTE_MS);
    }
    return demand;
  },

  ramp(scene, random) {
    const periodMs = between(random, 3, 7) * HOUR_MS;
    const top = (scene.capacity * between(random, 1.8, 3)) / 1.5;
    const rateAt = (at: number) => top * (0.05 + 0.95 * (((at - scene.from) / periodMs) % 1));
    return new Demand(scene).addBursts(random, rateAt, top, () => ({
      pulls: geometric(random, 1.5),
      lastsMs: 20_000,
    }));
  },

  'two tenants'(scene, random) {
    const rate = scene.capacity * between(random, 0.3, 0.6);
    const demand = new Demand(scene).addPoisson(random, () => rate, rate);
    const everyMs = between(random, 35, 55) * MINUTE_MS;
    const size = Math.round(scene.capacity * everyMs * between(random, 0.4, 0.8));
    for (let at = scene.from + random() * everyMs; at < scene.to; at += everyMs) {
      demand.addPulls(random, at, size, 4 * MINUTE_MS);
    }
    return demand;
  },
};

/** The families that no constant was chosen on. */
export const HELD_OUT: Readonly<Record<string, Family>> = {
  'heavy tail'(scene, random) {
    // Pareto with exponent 1.2, cut at twice the limit: its mean is about 4.5 pulls.
    const size = () => Math.min(2 * scene.limit, Math.floor((1 - random()) ** (-1 / 1.2)));
    const rate = (scene.capacity * between(random, 0.6, 1.3)) / 3.9;
    return new Demand(scene).addBursts(
      random,
      () => rate,
      rate,
      () => {
        const pulls = size();
        return { pulls, lastsMs: pulls * between(random, 1_000, 4_000) };
      },
    );
  },

  'retry storm'(scene, random) {
    const base = scene.capacity * between(random, 0.3, 0.7);
    const demand = new Demand(scene).addPoisson(random, () => base, base);
    for (let from = scene.from; from < scene.to; from += exponential(random, 5 * HOUR_MS)) {
      const top = scene.capacity * between(random, 4, 9);
      const rateAt = (at: number) => top * 0.5 ** ((at - from) / (20 * MINUTE_MS));
      demand.addPoisson(random, rateAt, top, from, from + 3 * HOUR_MS);
    }
    return demand;
  },

  'flat, light'(scene, random) {
    const rate = scene.capacity * between(random, 0.3, 0.8);
    return new Demand(scene).addPoisson(random, () => rate, rate);
  },

  'step changes'(scene, random) {
    const demand = new Demand(scene);
    for (let at = scene.from; at < scene.to; ) {
      const to = at + exponential(random, between(random, 1, 8) * HOUR_MS);
      const rate = scene.capacity * Math.exp(between(random, Math.log(0.1), Math.log(2.5)));
      demand.addPoisson(random, () => rate, rate, at, to);
      at = to;
    }
    return demand;
  },

  'nightly batch'(scene, random) {
    const rate = scene.capacity * between(random, 0.1, 0.5);
    const demand = new Demand(scene).addPoisson(random, () => rate, rate);
    const startHour = between(random, 0, 5);
    const lastsMs = between(random, 0.3, 3) * HOUR_MS;
    const batch = scene.capacity * between(random, 1, 4);
    for (let day = Math.floor(scene.from / DAY_MS) * DAY_MS; day < scene.to; day += DAY_MS) {
      const from = day + startHour * HOUR_MS + between(random, 0, 10) * MINUTE_MS;
      demand.addPoisson(random, () => batch, batch, Math.max(scene.from, from), from + lastsMs);
    }
    return demand;
  },

  'bursts by cron'(scene, random) {
    const rate = scene.capacity * between(random, 0.1, 0.5);
    const demand = new Demand(scene).addPoisson(random, () => rate, rate);
    const everyMs = (random() < 0.5 ? 60 : 15) * MINUTE_MS;
    const size = scene.capacity * everyMs * between(random, 0.2, 0.7);
    for (let at = Math.ceil(scene.from / everyMs) * everyMs; at < scene.to; at += everyMs) {
      demand.addPulls(random, at, Math.round(size * between(random, 0.6, 1.4)), 3 * MINUTE_MS);
    }
    return demand;
  },
};
