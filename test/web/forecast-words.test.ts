import { describe, expect, test } from 'vitest';
import type { Forecast } from '../../src/domain/forecast/forecast.ts';
import { describeOutlook, toForecastDetail } from '../../src/web/forecast-words.ts';
import { foreseen, usedUp } from '../domain/forecasts.ts';
import { NOW } from './states.ts';

const MINUTE_MS = 60_000;

function words(forecast: Forecast): string | undefined {
  return describeOutlook({ forecast, pool: undefined }, NOW);
}

function at(minutes: number): number {
  return NOW + minutes * MINUTE_MS;
}

describe('describeOutlook()', () => {
  // minutes from now to the earliest and the latest end, and what is said of it
  test.each([
    [40, 120, 'Used up in 40 minutes to 2 hours'],
    [40.4, 88, 'Used up in 40 to 90 minutes'],
    [43, 44, 'Used up in 40 to 45 minutes'],
    [4.2, 8.1, 'Used up in 4 to 9 minutes'],
    [1, 3, 'Used up in 1 minute to 3 minutes'],
    [130, 290, 'Used up in 2 to 5 hours'],
    [40, 40, 'Used up in about 40 minutes'],
    [0, 20, 'Used up within 20 minutes'],
    [-3, -1, 'Used up within 1 minute'],
    [118, 119, 'Used up in 115 minutes to 2 hours'],
  ])('states exhaustion in %d to %d minutes', (earliest, latest, said) => {
    const exhaustion = { earliest: at(earliest), likely: at((earliest + latest) / 2), latest: at(latest) };
    expect(words(foreseen(NOW, { exhaustion }))).toBe(said);
  });

  test.each([
    [40, 'May be used up in 40 minutes at the earliest'],
    [0, 'May be used up any minute'],
  ])('does not promise an end after %d minutes that may not come', (earliest, said) => {
    const exhaustion = { earliest: at(earliest), likely: at(90), latest: null };
    expect(words(foreseen(NOW, { exhaustion }))).toBe(said);
  });

  // minutes from now to the earliest and the latest refill, and what is said of it
  test.each([
    [65, 110, 'Full again in 65 to 110 minutes, if nothing else is pulled'],
    [65, 120, 'Full again in 65 minutes to 2 hours, if nothing else is pulled'],
    [0, 120, 'Full again within 2 hours, if nothing else is pulled'],
    [65.1, 65.2, 'Full again in 65 to 70 minutes, if nothing else is pulled'],
    [600, 1_440, 'Full again in 10 to 24 hours, if nothing else is pulled'],
    [2_000, 4_000, 'Full again in 33 hours to 3 days, if nothing else is pulled'],
  ])('states a refill in %d to %d minutes', (earliest, latest, said) => {
    const refill = { earliest: at(earliest), latest: at(latest) };
    expect(words(foreseen(NOW, { exhaustion: null, refill }))).toBe(said);
  });

  test('states when an exhausted bucket is full again', () => {
    expect(words(usedUp(NOW))).toBe('Full again in 30 to 50 minutes, if nothing else is pulled');
  });

  test.each<Forecast>([
    foreseen(NOW, { exhaustion: null, refill: null }),
    { ...foreseen(NOW), kind: 'too-little-data', samples: 3, neededSamples: 5 },
    { kind: 'unknown', reason: 'stale' },
    { kind: 'unlimited' },
  ])('is silent where there is nothing to expect, or too little is known: $kind', (forecast) => {
    expect(words(forecast)).toBeUndefined();
  });
});

const SLIDING =
  'Pulls seem to come back one by one, each one window after it was spent (81% sure; Docker Hub does not say).';
const full = foreseen(NOW, { exhaustion: null, refill: null, risk: 0 });

describe('toForecastDetail()', () => {
  // forecast, headline, what it rests on
  test.each<[Forecast, string, string[]]>([
    [
      foreseen(NOW),
      'Used up in 40 minutes to 2 hours',
      ['About 62 pulls within the next hour, between 30 and 110.', SLIDING],
    ],
    [
      { ...full, ratePerHour: { low: 0, likely: 0.2, high: 0.9 } },
      'Full, and not likely to be used up',
      ['Hardly a pull is expected within the next hour.', SLIDING],
    ],
    [
      { ...full, ratePerHour: { low: 0.5, likely: 1, high: 3 }, risk: 0.04 },
      'Full, and not likely to be used up',
      [
        'About 1 pull within the next hour, between 0 and 3.',
        'It is used up before it refills in 4% of the simulated futures.',
        SLIDING,
      ],
    ],
    [
      { ...usedUp(NOW), refill: null },
      'Empty; when it refills is not known',
      ['Pulls seem to come back all at once (90% sure; Docker Hub does not say).'],
    ],
    [
      { ...full, kind: 'too-little-data', samples: 1, neededSamples: 5 },
      'Too early for a forecast',
      ['1 answer so far; 5 are needed for a rate.'],
    ],
    [{ kind: 'unlimited' }, 'No limit to run into', ['Docker Hub does not meter these pulls.']],
    [
      { kind: 'unknown', reason: 'no_window' },
      'No forecast',
      ['Docker Hub does not report the window of this limit, so there is no forecast.'],
    ],
  ])('%#: %1$s', (forecast, headline, reasons) => {
    expect(toForecastDetail({ forecast, pool: undefined }, NOW)).toEqual({ headline, reasons });
  });

  test('names the addresses that a credential changes between, the first of many', () => {
    const sources = Array.from({ length: 8 }, (_, i) => `192.0.2.${i}`);
    const pool = { sources, switches: 9, revisits: 4, answers: 99 };
    const { reasons = [] } = toForecastDetail({ forecast: { kind: 'unlimited' }, pool }, NOW) ?? {};
    expect(reasons.at(-1)).toMatch(/: 192\.0\.2\.0, .*192\.0\.2\.5 and 2 more\.$/);
  });

  test('is silent before the first forecast', () => {
    expect(toForecastDetail(undefined, NOW + MINUTE_MS)).toBe(undefined);
  });
});
