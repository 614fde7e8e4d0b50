import type { SeededRandom } from '../../kit/seeded-random.ts';

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
