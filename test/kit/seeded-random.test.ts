import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/kit/seeded-random.ts';
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
