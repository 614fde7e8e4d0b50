import { describe, expect, test } from 'vitest';
import { bestTrack, guessWindow, weighWindows } from '../../../src/domain/forecast/window-evidence.ts';
import { type Metering, minutely, playedBucket, series, stretchFrom } from './series.ts';

/** Irregular, and never dry: 2 to 7 pulls at intervals that share no rhythm with the window. */
const asked = series(6 * 60, (minute) =>
  minute % 11 === 4 ? 7 : minute % 17 === 9 ? 4 : minute % 23 === 3 ? 2 : 0,
);

describe('weighWindows()', () => {
  test.each<Metering>(['sliding', 'fixed-clock', 'fixed-first-pull'])('recognises %s', (metering) => {
    const tracks = weighWindows(stretchFrom(playedBucket(metering, asked)));
    expect(bestTrack(tracks)?.hypothesis).toBe(metering);
    expect(guessWindow(tracks)).toMatchObject({ kind: metering === 'sliding' ? 'sliding' : 'fixed' });
    expect(guessWindow(tracks).weight).toBeGreaterThan(0.9);
  });

  test('never rules anything out, and shares one whole', () => {
    const weights = weighWindows(stretchFrom(playedBucket('sliding', asked))).map(({ weight }) => weight);
    expect(Math.min(...weights)).toBeGreaterThan(0.009);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1);
  });

  test('says what Docker says as long as nothing speaks against it', () => {
    const tracks = weighWindows(stretchFrom(minutely([100, 100, 97, 95])));
    expect(guessWindow(tracks)).toEqual({ kind: 'sliding', weight: expect.closeTo(0.6, 1) });
  });

  test('does not turn on one odd reading', () => {
    const readings = playedBucket('fixed-clock', asked).map(({ remaining }, i) =>
      i === 200 ? remaining + 9 : remaining,
    );
    expect(guessWindow(weighWindows(stretchFrom(minutely(readings)))).kind).toBe('fixed');
  });
});
