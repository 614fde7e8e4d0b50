import { describe, expect, test } from 'vitest';
import { forecast } from '../../../src/domain/forecast/forecast.ts';
import { isUsefulRate, isUsefulSpan, reportForecast } from '../../../src/domain/forecast/forecast-report.ts';
import type { SeriesPoint } from '../../../src/domain/forecast/series-point.ts';
import { minutely, START, series } from './series.ts';

const MINUTE_MS = 60_000;

describe('isUsefulRate()', () => {
  // pulls within an hour, from and to, and whether that helps to decide
  test.each([
    [12, 621, false],
    [62, 118, true],
    [100, 400, true],
    [100, 401, false],
    [0, 20, true],
    [0, 21, false],
    [0, 0, true],
  ])('of %d to %d pulls is %s', (low, high, isUseful) => {
    expect(isUsefulRate({ low, high })).toBe(isUseful);
  });
});

describe('isUsefulSpan()', () => {
  // minutes from now, from and to
  test.each([
    [0, 60, true],
    [0, 61, false],
    [40, 120, true],
    [5, 300, false],
    [60, 240, true],
    [-10, 30, true],
  ])('from %d to %d minutes is %s', (from, to, isUseful) => {
    const now = Date.UTC(2026, 10, 23);
    expect(isUsefulSpan(now + from * MINUTE_MS, now + to * MINUTE_MS, now)).toBe(isUseful);
  });
});

const report = (points: readonly SeriesPoint[]) => {
  const now = (points.at(-1)?.at ?? START) + 1_000;
  return reportForecast(forecast(points, undefined, now), now);
};
const UNKNOWN = {
  remaining: null,
  ratePerHour: null,
  exhaustion: null,
  risk: null,
  refill: null,
  window: null,
};

describe('reportForecast()', () => {
  test('writes instants in ISO 8601', () => {
    const { at, exhaustion, refill, window, ratePerHour } = report(minutely(series(30, (i) => 100 - 3 * i)));
    expect(at).toBe('2026-10-05T00:29:01.000Z');
    expect(exhaustion?.likely).toMatch(/^2026-10-05T00:3\d:\d\d\.\d{3}Z$/);
    expect(refill?.latest).toMatch(/^2026-10-05T01:/);
    expect(window?.kind).toBe('sliding');
    expect(ratePerHour?.likely).toBeGreaterThan(100);
  });

  test('reports nothing about an unlimited bucket but that', () => {
    expect(report([{ kind: 'unlimited', at: START, source: undefined }])).toEqual({
      ...UNKNOWN,
      kind: 'unlimited',
      at: '2026-10-05T00:00:01.000Z',
      reason: null,
    });
  });

  test('states why there is no forecast', () => {
    expect(report([])).toMatchObject({ ...UNKNOWN, kind: 'unknown', reason: 'no_samples' });
    expect(report(minutely([80, 79]))).toMatchObject({
      kind: 'too-little-data',
      reason: '2 of 5 samples',
      remaining: 79,
      ratePerHour: null,
      exhaustion: null,
    });
  });

  test('states since when a bucket is exhausted', () => {
    expect(report(minutely([20, 0, 0]))).toMatchObject({ risk: 1 });
    expect(report(minutely([20, 0, 0])).exhaustion).toEqual({
      earliest: '2026-10-05T00:01:00.000Z',
      likely: '2026-10-05T00:01:00.000Z',
      latest: '2026-10-05T00:01:00.000Z',
    });
  });
});
