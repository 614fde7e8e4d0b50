import { describe, expect, test } from 'vitest';
import { type DemandRate, followDemand } from '../../../src/domain/forecast/demand-rate.ts';
import { buildWeeklyProfile } from '../../../src/domain/forecast/weekly-profile.ts';
import { drawPoisson, seededRandom } from '../../../src/kit/seeded-random.ts';
import { HOUR_MS, historyOf, START, series } from './series.ts';

const DAY_MINUTES = 24 * 60;
const random = seededRandom(5);
const flat = historyOf(series(DAY_MINUTES, () => drawPoisson(random, 1)));
const scheduled = historyOf(
  series(DAY_MINUTES, (minute) => (minute % 45 < 8 ? 5 : drawPoisson(random, 0.2))),
);
const weeks = (pulls: (hour: number) => number) =>
  buildWeeklyProfile(
    series(3 * 168, (hour) => ({
      at: START - (3 * 168 - hour) * HOUR_MS,
      spent: pulls(hour % 168),
      observedSeconds: 3_600,
    })),
  );

/** The weights of the models, by whether they follow a pattern, as a sum for each. */
function weightOf({ models }: DemandRate, has: (model: DemandRate['models'][number]) => boolean): number {
  return models.filter(has).reduce((sum, { weight }) => sum + weight, 0);
}

describe('followDemand()', () => {
  test('gives all models together the weight 1', () => {
    expect(weightOf(followDemand(flat, undefined), () => true)).toBeCloseTo(1, 9);
  });

  test('knows no demand where no pull was observed', () => {
    expect(followDemand(historyOf(series(60, () => 0)), undefined).models).toEqual([]);
    expect(followDemand(historyOf([]), undefined).models).toEqual([]);
  });

  test('prefers models of slow changes for constant demand', () => {
    expect(weightOf(followDemand(flat, undefined), ({ model }) => (model.swing ?? 0) < 1)).toBeGreaterThan(
      0.9,
    );
  });

  test('prefers the period of scheduled jobs, and finds no burst beyond it', () => {
    const rate = followDemand(scheduled, undefined);
    const periodic = rate.models.slice(-2);
    expect(periodic.reduce((sum, { weight }) => sum + weight, 0)).toBeGreaterThan(0.5);
    expect(periodic[0]?.burstPulls).toBeLessThan((rate.models[0]?.burstPulls ?? 0) / 1.5);
  });

  test('measures bursts as the ratio of variance and mean', () => {
    const bursts = historyOf(series(DAY_MINUTES, () => 8 * drawPoisson(random, 0.1)));
    expect(followDemand(bursts, undefined).models[0]?.burstPulls).toBeGreaterThan(6);
    expect(followDemand(bursts, undefined).models[0]?.burstPulls).toBeLessThan(10);
    expect(followDemand(flat, undefined).models[0]?.burstPulls).toBeLessThan(1.2);
  });

  test('uses the weekly profile, even where no pull was observed', () => {
    const profile = weeks(() => 60);
    expect(followDemand(flat, profile).usual).toHaveLength(2);
    expect(followDemand(historyOf(series(60, () => 0)), profile).usual).toHaveLength(2);
    expect(
      followDemand(
        historyOf(series(60, () => 0)),
        weeks(() => 0),
      ).models,
    ).toEqual([]);
  });
});
