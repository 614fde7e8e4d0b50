import { describe, expect, test } from 'vitest';
import { demandPath } from '../../../src/domain/forecast/demand-path.ts';
import { buildWeeklyProfile } from '../../../src/domain/forecast/weekly-profile.ts';
import { seededRandom } from '../../../src/kit/seeded-random.ts';
import { HOUR_MS, MINUTE_MS, START, series } from './series.ts';

const MEMORIES = [{ halfLifeBins: 60, weight: 1, weightNow: 1, levelVariance: 0.02 }];
const history = (pullsAt: (ago: number) => number) => ({
  binMs: MINUTE_MS,
  pulls: series(600, pullsAt),
  burstPulls: 2,
});

/** Pulls requested within an hour from `startAt` on, averaged over many paths. */
function meanHour(
  past: ReturnType<typeof history>,
  startAt: number,
  profile?: ReturnType<typeof buildWeeklyProfile>,
) {
  const totals = series(200, (seed) => {
    const path = demandPath(past, MEMORIES, profile, startAt, seededRandom(seed));
    return series(60, (minute) => path(startAt + minute * MINUTE_MS, MINUTE_MS)).reduce(
      (sum, n) => sum + n,
      0,
    );
  });
  return totals.reduce((sum, n) => sum + n, 0) / totals.length;
}

describe('demandPath()', () => {
  test('draws as much as the past did, on average', () => {
    expect(
      Math.abs(
        meanHour(
          history((ago) => ago % 3),
          START,
        ) - 60,
      ),
    ).toBeLessThan(6);
  });

  test('uses the recent past rather than all of it', () => {
    const risen = history((ago) => (ago < 120 ? 4 : 0));
    expect(meanHour(risen, START)).toBeGreaterThan(120);
  });

  test('draws nothing where there was no demand', () => {
    expect(
      meanHour(
        history(() => 0),
        START,
      ),
    ).toBe(0);
  });

  test('keeps bursts whole', () => {
    const path = demandPath(
      history((ago) => (ago % 30 === 0 ? 40 : 0)),
      MEMORIES,
      undefined,
      START,
      seededRandom(1),
    );
    const asked = series(300, (minute) => path(START + minute * MINUTE_MS, MINUTE_MS)).filter(
      (pulls) => pulls > 0,
    );
    expect(Math.min(...asked)).toBeGreaterThan(15);
  });

  test('follows the weekly profile into a rush that the past hours do not contain', () => {
    const weeks = series(3 * 168, (i) => i).map((hour) => ({
      at: START + hour * HOUR_MS,
      spent: hour % 24 === 9 ? 120 : 1,
      observedSeconds: 3_600,
    }));
    const profile = buildWeeklyProfile(weeks);
    const eight = START + 8 * HOUR_MS;
    const path = () =>
      demandPath(
        history(() => 0),
        MEMORIES,
        profile,
        eight,
        seededRandom(5),
      );
    const nine = series(60, (minute) => path()(eight + HOUR_MS + minute * MINUTE_MS, MINUTE_MS));
    expect(
      meanHour(
        history(() => 0),
        eight,
        profile,
      ),
    ).toBeLessThan(10);
    expect(nine.some((pulls) => pulls > 0)).toBe(true);
  });
});
