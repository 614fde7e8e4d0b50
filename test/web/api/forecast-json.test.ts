import { describe, expect, test } from 'vitest';
import type { Forecast } from '../../../src/domain/forecast/forecast.ts';
import { toForecastJson } from '../../../src/web/api/forecast-json.ts';
import { foreseen, ranDry } from '../../domain/forecasts.ts';
import { NOW } from '../states.ts';

const NOTHING = {
  at: null,
  rate_per_hour: null,
  rate_per_hour_range: null,
  exhaustion: null,
  refill: null,
  window: null,
  reason: null,
};

function json(forecast: Forecast) {
  return toForecastJson({ forecast, pool: undefined });
}

describe('toForecastJson()', () => {
  test('writes everything that is foreseen', () => {
    const exhaustion = { earliest: NOW + 60_000, likely: NOW + 120_000, latest: null };
    expect(json(foreseen(NOW, { exhaustion }))).toEqual({
      kind: 'forecast',
      at: '2026-11-23T21:00:00.000Z',
      rate_per_hour: 62.3,
      rate_per_hour_range: { low: 30, high: 110 },
      exhaustion: {
        earliest: '2026-11-23T21:01:00.000Z',
        likely: '2026-11-23T21:02:00.000Z',
        latest: null,
      },
      refill: { earliest: '2026-11-23T21:50:00.000Z', latest: '2026-11-23T22:01:00.000Z' },
      window: { kind: 'sliding', weight: 0.813 },
      reason: null,
    });
  });

  test('says since when an exhausted bucket is dry', () => {
    const since = '2026-11-23T20:48:00.000Z';
    expect(json(ranDry(NOW))).toMatchObject({
      kind: 'exhausted',
      exhaustion: { earliest: since, likely: since, latest: since },
      rate_per_hour: null,
    });
  });

  test('says what is known before a rate is', () => {
    const forecast = { ...foreseen(NOW), kind: 'too-little-data', samples: 3, neededSamples: 5 } as const;
    expect(json(forecast)).toMatchObject({
      kind: 'too_little_data',
      rate_per_hour: null,
      exhaustion: null,
      refill: { latest: '2026-11-23T22:01:00.000Z' },
      reason: '3 of 5 samples',
    });
  });

  test.each([
    [{ kind: 'unlimited' }, { ...NOTHING, kind: 'unlimited' }],
    [
      { kind: 'unknown', reason: 'no_window' },
      { ...NOTHING, kind: 'unknown', reason: 'no_window' },
    ],
  ] as const)('writes null where nothing is known: %o', (forecast, written) => {
    expect(json(forecast)).toEqual(written);
  });
});
