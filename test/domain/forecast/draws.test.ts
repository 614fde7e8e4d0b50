import { describe, expect, test } from 'vitest';
import { drawExponential, drawGamma, drawNormal, drawRounded } from '../../../src/domain/forecast/draws.ts';
import { seededRandom } from '../../../src/kit/seeded-random.ts';
import { series } from './series.ts';

const mean = (numbers: readonly number[]) => numbers.reduce((sum, n) => sum + n, 0) / numbers.length;
const variance = (numbers: readonly number[]) => mean(numbers.map((n) => (n - mean(numbers)) ** 2));

describe('draws', () => {
  const random = seededRandom(3);
  // What is drawn; the mean and the variance it must have.
  test.each<[string, () => number, number, number]>([
    ['drawExponential() of mean 3', () => drawExponential(random, 3), 3, 9],
    ['drawNormal()', () => drawNormal(random), 0, 1],
    ['drawGamma() of shape 4 and mean 2', () => drawGamma(random, 4, 2), 2, 1],
    ['drawGamma() of shape 0.5 and mean 1', () => drawGamma(random, 0.5, 1), 1, 2],
    ['drawRounded() of 2.3', () => drawRounded(random, 2.3), 2.3, 0.21],
  ])('%s', (_name, draw, expectedMean, expectedVariance) => {
    const numbers = series(20_000, draw);
    expect(Math.abs(mean(numbers) - expectedMean)).toBeLessThan(0.1);
    expect(Math.abs(variance(numbers) - expectedVariance)).toBeLessThan(0.12 * expectedVariance + 0.05);
  });
});
