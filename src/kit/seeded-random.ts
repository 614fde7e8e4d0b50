/** Numbers from 0 up to 1 that look random and are the same every time, on every machine. */
export type SeededRandom = () => number;

/**
 * A generator for a seed: Mulberry32 by Tommy Ettinger (public domain), 32 bits of state; good enough to spread traffic
 * and to play futures, and for nothing secret.
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

/** An exponential waiting time with this mean. */
export function drawExponential(random: SeededRandom, mean: number): number {
  return -mean * Math.log(1 - random());
}

/** A standard normal number (Box and Muller). */
export function drawNormal(random: SeededRandom): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A gamma number with this shape and mean (Wilson and Hilferty's approximation, good enough from shape 0.5 up). */
export function drawGamma(random: SeededRandom, shape: number, mean: number): number {
  const cubeRoot = 1 - 1 / (9 * shape) + drawNormal(random) / (3 * Math.sqrt(shape));
  return cubeRoot > 0 ? mean * cubeRoot ** 3 : 0;
}

/** A whole number near `value`, which it is on average. */
export function drawRounded(random: SeededRandom, value: number): number {
  return Math.floor(value + random());
}
