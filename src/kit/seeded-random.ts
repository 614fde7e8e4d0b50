/** Returns the next pseudo-random number, from 0 up to but not including 1. The sequence depends on the seed only. */
export type SeededRandom = () => number;

/**
 * Creates a generator: Mulberry32 by Tommy Ettinger (public domain), 32 bits of state. Good enough for simulations and
 * jitter, not for secrets.
 */
export function seededRandom(seed: number): SeededRandom {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Draws an exponentially distributed number with this mean. */
export function drawExponential(random: SeededRandom, mean: number): number {
  return -mean * Math.log(1 - random());
}

/** Draws a number of the standard normal distribution (Box and Muller). */
export function drawNormal(random: SeededRandom): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Draws a gamma-distributed number with this shape and mean (Wilson and Hilferty's approximation, usable from shape 0.5). */
export function drawGamma(random: SeededRandom, shape: number, mean: number): number {
  const cubeRoot = 1 - 1 / (9 * shape) + drawNormal(random) / (3 * Math.sqrt(shape));
  return cubeRoot > 0 ? mean * cubeRoot ** 3 : 0;
}

/** Rounds a value up or down at random, so that the mean of many results is `value`. */
export function drawRounded(random: SeededRandom, value: number): number {
  return Math.floor(value + random());
}

/** The mean from which on `drawPoisson()` uses the normal distribution. */
const LARGE_MEAN = 15;

/** Draws a Poisson-distributed count with this mean. Large counts are normal approximations. */
export function drawPoisson(random: SeededRandom, mean: number): number {
  if (mean > LARGE_MEAN) return Math.max(0, Math.round(mean + Math.sqrt(mean) * drawNormal(random)));
  const drawn = random();
  let chance = Math.exp(-mean);
  let sum = chance;
  let count = 0;
  // The bound ends the loop if rounding keeps the sum below the drawn number.
  while (sum < drawn && count < 10 * LARGE_MEAN) {
    count += 1;
    chance *= mean / count;
    sum += chance;
  }
  return count;
}
