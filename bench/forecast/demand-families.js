/**
 * What is asked of a bucket: each family makes the instants of single pulls (milliseconds, in order) for a span of
 * time. `capacity` is the bucket's sustainable rate in pulls per millisecond: families are scaled to it, so that they
 * trouble a bucket of any size.
 *
 * @typedef {{from: number, to: number, capacity: number, limit: number, windowMs: number}} Scene
 * @typedef {(scene: Scene, random: () => number) => number[]} Family
 */

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** @type {(random: () => number, low: number, high: number) => number} */
const between = (random, low, high) => low + (high - low) * random();
/** @type {(random: () => number, mean: number) => number} */
const exponential = (random, mean) => -mean * Math.log(1 - random());
/** @type {(random: () => number, mean: number) => number} */
const geometric = (random, mean) => 1 + Math.floor(Math.log(1 - random()) / Math.log(1 - 1 / mean));

/**
 * Arrivals of a rate that changes, by thinning. `burst` gives how many pulls each arrival brings and how long they take.
 * @param {Scene} scene
 * @param {() => number} random
 * @param {(at: number) => number} rateAt arrivals per millisecond
 * @param {number} highest the most that rateAt gives
 * @param {() => {pulls: number, lastsMs: number}} burst
 */
function arrivals({ from, to }, random, rateAt, highest, burst) {
  const times = [];
  for (let at = from + exponential(random, 1 / highest); at < to; at += exponential(random, 1 / highest)) {
    if (random() * highest > rateAt(at)) continue;
    const { pulls, lastsMs } = burst();
    for (let i = 0; i < pulls; i += 1) times.push(at + random() * lastsMs);
  }
  return times.filter((at) => at < to).sort((a, b) => a - b);
}

const single = () => ({ pulls: 1, lastsMs: 0 });

/** The families that the forecast's constants were chosen on. @type {Record<string, Family>} */
export const TUNED = {
  steady(scene, random) {
    const rate = scene.capacity * between(random, 0.7, 1.6);
    return arrivals(scene, random, () => rate, rate, single);
  },

  bursty(scene, random) {
    const rate = (scene.capacity * between(random, 0.6, 1.3)) / 8;
    const burst = () => ({ pulls: geometric(random, 8), lastsMs: between(random, 1, 3) * MINUTE_MS });
    return arrivals(scene, random, () => rate, rate, burst);
  },

  'office week'(scene, random) {
    const peak = (scene.capacity * between(random, 1.3, 3)) / 3;
    const levels = Array.from({ length: 60 }, () => between(random, 0.7, 1.3));
    const rateAt = (/** @type {number} */ at) => {
      const day = Math.floor(at / DAY_MS);
      const isWeekend = (day + 3) % 7 >= 5;
      const hour = (at % DAY_MS) / HOUR_MS;
      const rush = Math.exp(-((hour - 9.3) ** 2) / 1.5) + 0.8 * Math.exp(-((hour - 14) ** 2) / 3);
      return peak * (levels[day % 60] ?? 1) * (isWeekend ? 0.03 : Math.max(0.03, rush));
    };
    return arrivals(scene, random, rateAt, peak * 1.8, () => ({
      pulls: geometric(random, 3),
      lastsMs: MINUTE_MS,
    }));
  },

  'noisy neighbour'(scene, random) {
    const own = scene.capacity * 0.2;
    const times = arrivals(scene, random, () => own, own, single);
    let at = scene.from + exponential(random, 6 * HOUR_MS);
    while (at < scene.to) {
      const to = Math.min(scene.to, at + between(random, 20, 120) * MINUTE_MS);
      const rate = scene.capacity * between(random, 2, 6);
      times.push(...arrivals({ ...scene, from: at, to }, random, () => rate, rate, single));
      at = to + exponential(random, 6 * HOUR_MS);
    }
    return times.sort((a, b) => a - b);
  },

  'batch every 20 min'(scene, random) {
    const size = scene.capacity * 20 * MINUTE_MS * between(random, 0.7, 1.5);
    const times = [];
    for (let at = scene.from + random() * 20 * MINUTE_MS; at < scene.to; at += 20 * MINUTE_MS) {
      const pulls = Math.round(size * between(random, 0.8, 1.2));
      const start = at + between(random, 0, 30_000);
      for (let i = 0; i < pulls; i += 1) times.push(start + random() * 80_000);
    }
    return times.filter((at) => at < scene.to).sort((a, b) => a - b);
  },

  'on and off'(scene, random) {
    const rate = scene.capacity * between(random, 1.8, 3);
    const times = [];
    let at = scene.from;
    while (at < scene.to) {
      const off = Math.min(scene.to, at + exponential(random, 45 * MINUTE_MS));
      times.push(...arrivals({ ...scene, from: at, to: off }, random, () => rate, rate, single));
      at = off + exponential(random, 90 * MINUTE_MS);
    }
    return times;
  },
};

/** The families that nothing was chosen on. @type {Record<string, Family>} */
export const HELD_OUT = {
  ramp(scene, random) {
    const periodMs = between(random, 3, 7) * HOUR_MS;
    const top = scene.capacity * between(random, 1.8, 3);
    const rateAt = (/** @type {number} */ at) => top * (0.05 + 0.95 * (((at - scene.from) / periodMs) % 1));
    return arrivals(scene, random, rateAt, top, () => ({ pulls: geometric(random, 1.5), lastsMs: 20_000 }));
  },

  'heavy tail'(scene, random) {
    // Pareto with exponent 1.2, cut at twice the limit: its mean is about 4.5 pulls.
    const size = () => Math.min(2 * scene.limit, Math.floor((1 - random()) ** (-1 / 1.2)));
    const rate = (scene.capacity * between(random, 0.6, 1.3)) / 3.9;
    return arrivals(
      scene,
      random,
      () => rate,
      rate,
      () => {
        const pulls = size();
        return { pulls, lastsMs: pulls * between(random, 1_000, 4_000) };
      },
    );
  },

  'two tenants'(scene, random) {
    const rate = scene.capacity * between(random, 0.3, 0.6);
    const times = arrivals(scene, random, () => rate, rate, single);
    const everyMs = between(random, 35, 55) * MINUTE_MS;
    const size = Math.round(scene.capacity * everyMs * between(random, 0.4, 0.8));
    for (let at = scene.from + random() * everyMs; at < scene.to; at += everyMs) {
      for (let i = 0; i < size; i += 1) times.push(at + random() * 4 * MINUTE_MS);
    }
    return times.filter((at) => at < scene.to).sort((a, b) => a - b);
  },

  'retry storm'(scene, random) {
    const base = scene.capacity * between(random, 0.3, 0.7);
    const times = arrivals(scene, random, () => base, base, single);
    for (let from = scene.from; from < scene.to; from += exponential(random, 5 * HOUR_MS)) {
      const top = scene.capacity * between(random, 4, 9);
      const rateAt = (/** @type {number} */ at) => top * 0.5 ** ((at - from) / (20 * MINUTE_MS));
      const storm = { ...scene, from, to: Math.min(scene.to, from + 3 * HOUR_MS) };
      times.push(...arrivals(storm, random, rateAt, top, single));
    }
    return times.sort((a, b) => a - b);
  },
};
