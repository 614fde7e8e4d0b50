import { describe, expect, test } from 'vitest';
import {
  drawExponential,
  drawGamma,
  drawNormal,
  drawPoisson,
  drawRounded,
  seededRandom,
} from '../../src/kit/seeded-random.ts';
import { series } from '../domain/forecast/series.ts';

describe('seededRandom()', () => {
  test('gives the same numbers for the same seed, others for another', () => {
    const [a, b, c] = [seededRandom(7), seededRandom(7), seededRandom(8)].map((random) => series(5, random));
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
  });

  test('stays in [0, 1)', () => {
    const numbers = series(10_000, seededRandom(1));
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
  });
});

const mean = (numbers: readonly number[]) => numbers.reduce((sum, n) => sum + n, 0) / numbers.length;
const variance = (numbers: readonly number[]) => {
  const center = mean(numbers);
  return mean(numbers.map((n) => (n - center) ** 2));
};

describe('draws', () => {
  const random = seededRandom(3);
  // What is drawn; the mean and the variance it must have.
  test.each<[string, () => number, number, number]>([
    ['drawExponential() of mean 3', () => drawExponential(random, 3), 3, 9],
    ['drawNormal()', () => drawNormal(random), 0, 1],
    ['drawGamma() of shape 4 and mean 2', () => drawGamma(random, 4, 2), 2, 1],
    ['drawGamma() of shape 0.5 and mean 1', () => drawGamma(random, 0.5, 1), 1, 2],
    ['drawPoisson() of mean 0.3', () => drawPoisson(random, 0.3), 0.3, 0.3],
    ['drawPoisson() of mean 7', () => drawPoisson(random, 7), 7, 7],
    ['drawPoisson() of mean 40', () => drawPoisson(random, 40), 40, 40],
    ['drawRounded() of 2.3', () => drawRounded(random, 2.3), 2.3, 0.21],
  ])('%s', (_name, draw, expectedMean, expectedVariance) => {
    const numbers = series(20_000, draw);
    expect(Math.abs(mean(numbers) - expectedMean)).toBeLessThan(0.1);
    expect(Math.abs(variance(numbers) - expectedVariance)).toBeLessThan(0.12 * expectedVariance + 0.05);
  });
});
