import { describe, expect, test } from 'vitest';
import { explainBySlidingWindow } from '../../../src/domain/forecast/sliding-window.ts';
import {
  bestState,
  burstModelOf,
  guessWindow,
  logLikelihood,
  weighWindows,
} from '../../../src/domain/forecast/window-evidence.ts';
import type { Step } from '../../../src/domain/forecast/window-state.ts';
import { type Metering, minutely, playedBucket, series, stretchFrom } from './series.ts';

// Three pulls every fourth minute.
const law = burstModelOf(
  explainBySlidingWindow(stretchFrom(minutely(series(41, (i) => 100 - 3 * Math.floor(i / 4))))),
);
const QUIET: Step = {
  from: 0,
  to: 60_000,
  spent: 0,
  untimed: 0,
  returned: 0,
  reset: false,
  unseen: 0,
  unexplained: 0,
  wobble: 0,
  isDryAfter: false,
  logTimely: 0,
};

describe('logLikelihood()', () => {
  // Two steps of which the first is the likelier one, and why.
  test.each<[Partial<Step>, Partial<Step>, string]>([
    [{ spent: 3 }, { spent: 40 }, 'bursts have a usual size'],
    [{ spent: 40, isDryAfter: true }, { spent: 40 }, 'the demand on an exhausted bucket is unknown'],
    [{ spent: 40, untimed: 40 }, { spent: 40 }, 'pulls of unknown time need not have come at once'],
    [{}, { wobble: 1 }, 'small variations are rare'],
    [{ wobble: 2 }, { unexplained: 2 }, 'what stays without a reason is rarer'],
    [{ unseen: 2 }, { unseen: 30 }, 'pulls at unknown times seldom return together'],
    [{}, { logTimely: -4 }, 'a window of unknown end seldom ends just now'],
  ])('%j before %j: %s', (likelier, other) => {
    expect(logLikelihood(law, { ...QUIET, ...likelier })).toBeGreaterThan(
      logLikelihood(law, { ...QUIET, ...other }),
    );
  });
});

test('logLikelihood() does not favour a hypothesis for seeing less of usual spending', () => {
  expect(logLikelihood(law, { ...QUIET, spent: 3 })).toBe(logLikelihood(law, QUIET));
});

/** Irregular, and never dry: 2 to 7 pulls at intervals that share no rhythm with the window. */
const asked = series(6 * 60, (minute) =>
  minute % 11 === 4 ? 7 : minute % 17 === 9 ? 4 : minute % 23 === 3 ? 2 : 0,
);

describe('weighWindows()', () => {
  test.each<Metering>(['sliding', 'fixed-clock', 'fixed-first-pull'])('recognises %s', (metering) => {
    const tracks = weighWindows(stretchFrom(playedBucket(metering, asked)));
    expect(bestState(tracks)?.hypothesis).toBe(metering);
    expect(guessWindow(tracks)).toMatchObject({ kind: metering === 'sliding' ? 'sliding' : 'fixed' });
    expect(guessWindow(tracks).weight).toBeGreaterThan(0.9);
  });

  test('never rules anything out, and shares one whole', () => {
    const weights = weighWindows(stretchFrom(playedBucket('sliding', asked))).map(({ weight }) => weight);
    expect(Math.min(...weights)).toBeGreaterThan(0.009);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1);
  });

  test('returns the documented window as long as no reading contradicts it', () => {
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
