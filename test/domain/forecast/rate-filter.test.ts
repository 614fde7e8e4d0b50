import { describe, expect, test } from 'vitest';
import { RateFilter, type RateModel } from '../../../src/domain/forecast/rate-filter.ts';
import { drawPoisson, seededRandom } from '../../../src/kit/seeded-random.ts';
import { HOUR_MS, MINUTE_MS, series } from './series.ts';

const START = { mean: 2, variance: 1, spread: 2, burstPulls: 1, binMs: 3 * MINUTE_MS };
const STEADY: RateModel = { driftPerHour: 0.005 };
const SWINGING: RateModel = { driftPerHour: 0.05, swing: 0.5, swingMs: 20 * MINUTE_MS };
const JUMPING: RateModel = { driftPerHour: 0.02, jumpMs: 2 * HOUR_MS };

/** Follows counts of full bins; returns the filter and the log-likelihood of the counts. */
function followed(model: RateModel, counts: readonly number[], start = START) {
  const filter = new RateFilter(model, start);
  let log = 0;
  for (const count of counts) {
    filter.evolve();
    log += filter.observe(count, 1);
  }
  return { filter, log };
}

/** The rates of 400 futures after a time, sorted. */
function ratesAfter(filter: RateFilter, durationMs: number, pastRates: readonly number[] = [2]): number[] {
  const random = seededRandom(4);
  return series(400, () => filter.drawFuture(pastRates, random)(durationMs)).sort((a, b) => a - b);
}

const median = (sorted: readonly number[]) => sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
const random = seededRandom(3);
const constant = series(200, () => drawPoisson(random, 6));
const risen = [...series(100, () => drawPoisson(random, 1)), ...series(6, () => drawPoisson(random, 9))];

describe('RateFilter', () => {
  test.each([
    ['steady', STEADY, 1.15],
    ['swinging', SWINGING, 2.2],
    ['jumping', JUMPING, 1.4],
  ])('learns a constant rate: %s', (_name, model, widest) => {
    const rates = ratesAfter(followed(model, constant).filter, MINUTE_MS);
    expect(median(rates)).toBeGreaterThan(5);
    expect(median(rates)).toBeLessThan(7);
    expect((rates[360] ?? 0) / median(rates)).toBeLessThan(widest);
  });

  test('follows a surge within 18 minutes if its model jumps, and slowly if it is steady', () => {
    expect(median(ratesAfter(followed(JUMPING, risen).filter, MINUTE_MS))).toBeGreaterThan(6.5);
    expect(median(ratesAfter(followed(STEADY, risen).filter, MINUTE_MS))).toBeLessThan(3);
  });

  test('finds counts likely that its model fits', () => {
    expect(followed(STEADY, constant).log).toBeGreaterThan(followed(SWINGING, constant).log);
    expect(followed(JUMPING, risen).log).toBeGreaterThan(followed(STEADY, risen).log + 5);
  });

  test('counts pulls in bursts as fewer observations', () => {
    const burst = followed(STEADY, [12, 12, 12], { ...START, burstPulls: 12 });
    const single = followed(STEADY, [12, 12, 12]);
    expect(median(ratesAfter(burst.filter, MINUTE_MS))).toBeLessThan(
      median(ratesAfter(single.filter, MINUTE_MS)) - 2,
    );
  });

  test('lets a swing end, and a level stay', () => {
    const ratioIn = (model: RateModel) => {
      const { filter } = followed(model, risen);
      return median(ratesAfter(filter, 2 * HOUR_MS)) / median(ratesAfter(filter, 1));
    };
    expect(ratioIn(SWINGING)).toBeLessThan(0.8);
    expect(ratioIn({ driftPerHour: 0.5 })).toBeGreaterThan(0.85);
  });

  test('jumps to past rates', () => {
    const rates = ratesAfter(followed(JUMPING, constant).filter, 20 * HOUR_MS, [50]);
    expect(median(rates)).toBeCloseTo(50, -1);
  });
});
