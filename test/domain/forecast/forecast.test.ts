import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Foreseen, forecast, isRunningOut, whenLeft } from '../../../src/domain/forecast/forecast.ts';
import type { SeriesPoint } from '../../../src/domain/forecast/series-point.ts';
import { buildWeeklyProfile } from '../../../src/domain/forecast/weekly-profile.ts';
import { HOUR_MS, MINUTE_MS, minutely, playedBucket, START, sampleAt, series } from './series.ts';

const soonAfter = (points: readonly SeriesPoint[]) => (points.at(-1)?.at ?? START) + 1_000;
const foresee = (points: readonly SeriesPoint[]) => forecast(points, undefined, soonAfter(points));

describe('forecast() has its own answer', () => {
  // The history; the answer and why.
  test.each<[SeriesPoint[], object, string]>([
    [[], { kind: 'unknown', reason: 'no_samples' }, 'nothing was ever read'],
    [
      minutely([50], { windowSeconds: undefined }),
      { kind: 'unknown', reason: 'no_window' },
      'no window named',
    ],
    [[{ kind: 'unlimited', at: START, source: 'acme' }], { kind: 'unlimited' }, 'not metered'],
    [
      minutely([90, 89]),
      { kind: 'too-little-data', samples: 2, neededSamples: 5, remaining: 89 },
      'two samples',
    ],
    [
      minutely([9, 3, 0, -1]),
      { kind: 'exhausted', remaining: -1, since: START + 2 * MINUTE_MS },
      'nothing left',
    ],
    [minutely([0]), { kind: 'exhausted', since: START }, 'exhausted, however little is known'],
    [minutely([90, 89, 88, 87, 86]), { kind: 'forecast', remaining: 86, limit: 100 }, 'five samples'],
  ])('%#: %s', (points, expected) => {
    expect(foresee(points)).toMatchObject(expected);
  });

  test('for a history that has become old', () => {
    const points = minutely([90, 89, 88, 87, 86]);
    expect(forecast(points, undefined, soonAfter(points) + 5 * MINUTE_MS)).toEqual({
      kind: 'unknown',
      reason: 'stale',
    });
  });
});

describe('forecast() of a bucket that is being spent', () => {
  const steady = playedBucket(
    'fixed-clock',
    series(200, (minute) => (minute % 2 === 0 ? 6 : 0)),
  );

  test('states when it is exhausted', () => {
    // Minute 199: 80 minutes to the window's end at 240, 40 of 100 left at 3 pulls a minute... as in the series.
    const at = steady.slice(0, 196);
    const answer = foresee(at);
    const remaining = at.at(-1)?.remaining ?? 0;
    const dryAt = soonAfter(at) + (remaining / 3) * MINUTE_MS;
    if (answer.kind !== 'forecast' || !answer.exhaustion) throw new Error(`No exhaustion: ${answer.kind}`);
    expect(Math.abs(answer.exhaustion.likely - dryAt)).toBeLessThan(4 * MINUTE_MS);
    expect(answer.exhaustion.earliest).toBeLessThan(dryAt);
    expect(answer.exhaustion.latest ?? Number.POSITIVE_INFINITY).toBeGreaterThan(dryAt);
    expect(answer.risk).toBeGreaterThan(0.9);
  });

  test('keeps earliest, likely and latest in order and in the future', () => {
    for (let end = 130; end < steady.length; end += 3) {
      const points = steady.slice(0, end);
      const answer = foresee(points);
      if (answer.kind !== 'forecast' || !answer.exhaustion) continue;
      const { earliest, likely, latest } = answer.exhaustion;
      expect(earliest).toBeGreaterThanOrEqual(soonAfter(points));
      expect(likely).toBeGreaterThanOrEqual(earliest);
      expect(latest ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(likely);
      expect(answer.ratePerHour.low).toBeLessThanOrEqual(answer.ratePerHour.likely);
      expect(answer.ratePerHour.likely).toBeLessThanOrEqual(answer.ratePerHour.high);
    }
  });

  test('does not see one that refills first', () => {
    const calm = playedBucket(
      'fixed-clock',
      series(230, (minute) => (minute % 4 === 0 ? 2 : 0)),
    );
    expect(foresee(calm)).toMatchObject({ kind: 'forecast', exhaustion: null, window: { kind: 'fixed' } });
  });

  test('does not see one where nothing is spent', () => {
    expect(foresee(minutely(series(60, () => 40)))).toMatchObject({ exhaustion: null, risk: 0 });
  });

  test('does not believe a sudden full reading before the next one confirms it', () => {
    const points = [...steady.slice(0, 196), sampleAt(196, 100)];
    expect(foresee(points)).toMatchObject({ remaining: steady[195]?.remaining });
    expect(foresee([...points, sampleAt(197, 99), sampleAt(198, 98)])).toMatchObject({ remaining: 98 });
  });

  test('starts again when the limit changes', () => {
    const points = [...steady, sampleAt(200, 200, { limit: 200 })];
    expect(foresee(points)).toMatchObject({ kind: 'too-little-data', limit: 200, samples: 1 });
  });

  test('gives the same answer for the same history, in whatever order it comes', () => {
    expect(foresee([...steady].reverse().reverse())).toEqual(foresee(steady));
    expect(forecast([...steady].reverse(), undefined, soonAfter(steady))).toEqual(foresee(steady));
  });
});

describe('forecast() of a surge', () => {
  // Minutes without a pull, then minutes with 170 pulls an hour.
  test.each([
    [60, 30],
    [60, 15],
    [600, 30],
  ])('states its rate after %d idle minutes and %d busy ones', (idle, busy) => {
    const spent = series(idle + busy + 1, (minute) => Math.floor((Math.max(0, minute - idle) * 170) / 60));
    const answer = foresee(
      minutely(
        spent.map((pulls) => 200 - pulls),
        { limit: 200, windowSeconds: 21_600 },
      ),
    );
    if (answer.kind !== 'forecast') throw new Error(`No forecast: ${answer.kind}`);
    expect(answer.ratePerHour.likely).toBeGreaterThan(135);
    expect(answer.ratePerHour.likely).toBeLessThan(190);
    expect(answer.risk).toBeGreaterThan(0.6);
  });
});

describe('forecast() with a weekly profile', () => {
  const rush = (hour: number) => (hour % 168 === 9 ? 300 : 1);
  const weeks = series(4 * 168, (i) => i).map((hour) => ({
    at: START - (4 * 168 - hour) * HOUR_MS,
    spent: rush(hour),
    observedSeconds: 3_600,
  }));
  // Sunday 20:00, and a calm day behind it.
  const sunday = START - 4 * HOUR_MS;
  const calm = series(600, (i) => i).map((i) => sampleAt(-240 - 600 + i, 100));

  test('foresees a Monday rush on Sunday', () => {
    const answer = forecast(calm, buildWeeklyProfile(weeks), sunday);
    if (answer.kind !== 'forecast' || !answer.exhaustion) throw new Error(`Nothing foreseen: ${answer.kind}`);
    expect(answer.exhaustion.likely).toBeGreaterThan(START + 9 * HOUR_MS);
    expect(answer.exhaustion.likely).toBeLessThan(START + 10 * HOUR_MS);
  });

  test('sees nothing without it', () => {
    expect(forecast(calm, undefined, sunday)).toMatchObject({ kind: 'forecast', exhaustion: null });
  });

  test('does not trust a profile of one day', () => {
    expect(forecast(calm, buildWeeklyProfile(weeks.slice(0, 24)), sunday)).toMatchObject({
      exhaustion: null,
    });
  });
});

describe('forecast() of whatever a hub may send', () => {
  const point = fc.record({
    gapMs: fc.integer({ min: -5_000, max: 20 * MINUTE_MS }),
    limit: fc.constantFrom(0, 1, 100, 200),
    remaining: fc.integer({ min: -600, max: 400 }),
    windowSeconds: fc.constantFrom(undefined, 60, 3_600, 21_600),
    isMissed: fc.boolean(),
  });

  test('answers, with instants in order and none in the past', () => {
    fc.assert(
      fc.property(fc.array(point, { maxLength: 60 }), (drawn) => {
        let at = START;
        const points = drawn.map<SeriesPoint>(({ gapMs, isMissed, ...reading }) => {
          at += gapMs;
          return isMissed ? { kind: 'missed', at } : { kind: 'limited', at, source: undefined, ...reading };
        });
        const answer = forecast(points, undefined, at);
        if (answer.kind === 'unknown' || answer.kind === 'unlimited') return;
        const { refill } = answer;
        if (refill) expect(refill.latest).toBeGreaterThanOrEqual(refill.earliest);
        if (refill) expect(refill.earliest).toBeGreaterThanOrEqual(at);
        if (answer.kind !== 'forecast' || !answer.exhaustion) return;
        expect(answer.exhaustion.earliest).toBeGreaterThanOrEqual(at);
        expect(answer.exhaustion.likely).toBeGreaterThanOrEqual(answer.exhaustion.earliest);
      }),
      { numRuns: 300, seed: 20_261_123 },
    );
  });
});

/** When so many pulls are left, in minutes since the start, as seen at the last reading. */
function minutesFor(pulls: number, remaining: number[]): [number, number] | null {
  const points = minutely(remaining);
  const range = whenLeft(forecast(points, undefined, points.at(-1)?.at ?? 0), pulls);
  const minutes = (at: number) => Math.round((at - START) / MINUTE_MS);
  return range && [minutes(range.earliest), minutes(range.latest)];
}

describe('whenLeft()', () => {
  test.each<[why: string, pulls: number, remaining: number[]]>([
    ['as many are left already', 80, [100, 90, 80]],
    ['there are never so many', 101, [100, 90, 80]],
    ['nothing has been seen', 1, []],
  ])('is null when %s', (_why, pulls, remaining) => {
    expect(minutesFor(pulls, remaining)).toBeNull();
  });

  test('is sooner for fewer pulls, and contains the end of the window of the first spending', () => {
    const readings = [100, 100, 100, 50, 50, 50, ...Array.from({ length: 20 }, () => 50), 20, 20];
    const some = minutesFor(60, readings);
    const all = minutesFor(100, readings);
    expect(some?.[0]).toBeLessThanOrEqual(63);
    expect(some?.[1]).toBeGreaterThanOrEqual(62);
    expect(some?.[1]).toBeLessThan(all?.[1] ?? 0);
  });

  test('covers the whole refill for pulls before the first probe', () => {
    expect(minutesFor(61, [60])).toEqual([0, 61]);
  });
});

const at = (minutes: number) => START + minutes * MINUTE_MS;

function foreseen(likely: number, refillLatest: number | undefined): Foreseen {
  return {
    kind: 'forecast',
    at: START,
    remaining: 20,
    limit: 100,
    refill: refillLatest === undefined ? null : { earliest: at(1), latest: at(refillLatest) },
    window: { kind: 'sliding', weight: 0.9 },
    returns: [],
    ratePerHour: { low: 10, likely: 60, high: 90 },
    exhaustion: { earliest: START, likely: at(likely), latest: null },
    risk: 0.7,
  };
}

describe('isRunningOut()', () => {
  // Minutes until it is likely dry; minutes until it is full at the latest; whether to warn, and why.
  test.each<[number, number | undefined, boolean, string]>([
    [14, 60, true, 'soon, and long before the refill'],
    [15, 60, true, 'just within'],
    [16, 60, false, 'not that soon'],
    [10, 5, false, 'it refills first'],
    [10, undefined, true, 'it is full, and will not be'],
  ])('dry in %s min, full in %s min: %s (%s)', (likely, refill, expected) => {
    expect(isRunningOut(foreseen(likely, refill), START)).toBe(expected);
  });

  test('is false without an end in sight', () => {
    expect(isRunningOut({ ...foreseen(5, 60), exhaustion: null }, START)).toBe(false);
    expect(isRunningOut({ kind: 'unlimited' }, START)).toBe(false);
  });
});
