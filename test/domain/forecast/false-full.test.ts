import { describe, expect, test } from 'vitest';
import { judgeReadings, wobbleOf } from '../../../src/domain/forecast/false-full.ts';
import { minutely } from './series.ts';

describe('judgeReadings()', () => {
  const marks = { believed: '.', 'false-full': 'F', doubtful: '?' };
  // Readings of a limit of 100, one a minute; a verdict for each: believed, False, ? doubtful; why.
  test.each([
    [[66, 67, 100, 67, 67, 67, 67, 67, 100], '..F.....?', 'the capture of 2021-01-17, minute by minute'],
    [[66, 67, 100, 67, 67, 67, 67, 67, 100, 67], '..F.....F.', 'and one minute later'],
    [[40, 100, 100], '...', 'full twice in a row at the end is a refill'],
    [[40, 100, 98, 97], '....', 'a refill that is being spent'],
    [[40, 100, 100, 40, 39], '.FF..', 'two false ones together'],
    [[40, 100, 100, 100, 40], '.....', 'three are none'],
    [[0, 100, 0], '.?.', 'an exhausted bucket may have been refilled and emptied'],
    [[99, 100, 99], '...', 'within small variations'],
    [[100, 100, 30], '...', 'full from the beginning'],
    [[40, 70, 40], '...', 'not a jump to full'],
    [[60, 100], '.?', 'nothing has confirmed it yet'],
    [[], '', 'nothing to judge'],
  ])('%j is %s (%s)', (readings, expected) => {
    const verdicts = judgeReadings(minutely(readings));
    expect(verdicts.map((verdict) => marks[verdict]).join('')).toBe(expected);
  });
});

describe('wobbleOf()', () => {
  test.each([
    [100, 2],
    [200, 4],
    [10, 2],
  ])('limit %i: %i pulls', (limit, pulls) => {
    expect(wobbleOf(limit)).toBe(pulls);
  });
});
