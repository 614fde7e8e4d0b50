import { describe, expect, test } from 'vitest';
import type { Forecast } from '../../../src/domain/forecast/forecast.ts';
import { toForecastDetail } from '../../../src/web/credential/forecast.ts';
import { foreseen, ranDry } from '../../domain/forecasts.ts';
import { NOW } from '../states.ts';

const SLIDING =
  'Pulls seem to come back one by one, each a window after it was spent (81% sure; Docker Hub does not say).';
const full = foreseen(NOW, { exhaustion: null, refill: null, risk: 0 });

describe('toForecastDetail()', () => {
  // forecast, headline, what it rests on
  test.each<[Forecast, string, string[]]>([
    [
      foreseen(NOW),
      'Runs dry in 40 minutes to 2 hours',
      ['About 62 pulls within the next hour, between 30 and 110.', SLIDING],
    ],
    [
      { ...full, ratePerHour: { low: 0, likely: 0.2, high: 0.9 } },
      'Full, and not likely to run dry',
      ['Hardly a pull is expected within the next hour.', SLIDING],
    ],
    [
      { ...full, ratePerHour: { low: 0.5, likely: 1, high: 3 }, risk: 0.04 },
      'Full, and not likely to run dry',
      [
        'About 1 pull within the next hour, between 0 and 3.',
        'It runs dry before it refills in 4% of all futures.',
        SLIDING,
      ],
    ],
    [
      { ...ranDry(NOW), refill: null },
      'Empty; when it refills is not known',
      ['Pulls seem to come back all at once (90% sure; Docker Hub does not say).'],
    ],
    [
      { ...full, kind: 'too-little-data', samples: 1, neededSamples: 5 },
      'Too early to tell',
      ['1 answer so far; 5 are needed to speak of a rate.'],
    ],
    [{ kind: 'unlimited' }, 'No limit to run into', ['Docker Hub does not meter these pulls.']],
    [
      { kind: 'unknown', reason: 'no_window' },
      'Nothing can be foreseen',
      ['Docker Hub does not name the window of this limit, so that nothing can be foreseen.'],
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
