import { describe, expect, test } from 'vitest';
import type { SeriesPoint } from '../../../src/domain/forecast/series-point.ts';
import { judgeReadings, newestStretch, stretchesOf, wobbleOf } from '../../../src/domain/forecast/stretch.ts';
import { HOUR_MS, MINUTE_MS, minutely, START, sampleAt, series, stretchFrom } from './series.ts';

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

const readings = (points: readonly SeriesPoint[]) =>
  stretchesOf(points).map(({ samples }) => samples.map(({ remaining }) => remaining));

describe('stretchesOf()', () => {
  test('begins anew when the limit changes', () => {
    expect(readings([sampleAt(0, 90), sampleAt(1, 180, { limit: 200 }), sampleAt(2, 89)])).toEqual([
      [90],
      [180],
      [89],
    ]);
  });

  test('begins anew when the window changes', () => {
    expect(readings([sampleAt(0, 90), sampleAt(1, 89, { windowSeconds: 21_600 })])).toEqual([[90], [89]]);
  });

  test('begins anew after the bucket was unlimited, not after a failed probe', () => {
    const points: SeriesPoint[] = [
      sampleAt(0, 90),
      { kind: 'missed', at: START + MINUTE_MS },
      sampleAt(2, 89),
      { kind: 'unlimited', at: START + 3 * MINUTE_MS, source: undefined },
      sampleAt(4, 88),
    ];
    expect(readings(points)).toEqual([[90, 89], [88]]);
  });

  test('treats a header without a window as the window of its neighbours', () => {
    const points = [
      sampleAt(0, 90, { windowSeconds: undefined }),
      sampleAt(1, 89),
      sampleAt(2, 88, { windowSeconds: undefined }),
    ];
    expect(stretchesOf(points)).toMatchObject([{ windowMs: HOUR_MS }]);
    expect(readings(points)).toEqual([[90, 89, 88]]);
  });

  test('leaves false readings out and reports it', () => {
    const stretch = stretchFrom(minutely([66, 67, 100, 67]));
    expect(stretch.samples.map(({ remaining }) => remaining)).toEqual([66, 67, 67]);
    expect(stretch.disbelieved).toEqual([{ at: START + 2 * MINUTE_MS, verdict: 'false-full' }]);
  });

  test('treats the polls of one round as one reading, the lowest', () => {
    const twoCredentials = [0, 1, 2].flatMap((minute) => [
      sampleAt(minute, 90 - minute),
      sampleAt(minute + 0.05, 91 - minute),
    ]);
    expect(readings(twoCredentials)).toEqual([[90, 89, 88]]);
  });

  test('measures the interval between rounds, also if a round has several readings', () => {
    const rounds = series(6, (i) => i).flatMap((minute) => [
      sampleAt(minute, 90 - 10 * minute),
      sampleAt(minute + 0.05, 85 - 10 * minute),
    ]);
    expect(stretchFrom(rounds)).toMatchObject({ intervalMs: MINUTE_MS, samples: { length: 12 } });
  });

  test('calls a silence of three and a half usual intervals a gap', () => {
    expect(stretchFrom(minutely([90, 90, 90, 90])).gapMs).toBe(3.5 * MINUTE_MS);
  });
});

describe('newestStretch()', () => {
  const now = START + 10 * MINUTE_MS;

  test('ignores points after now', () => {
    const found = newestStretch([sampleAt(9, 50), sampleAt(11, 40)], now, HOUR_MS);
    expect(found).toMatchObject({ kind: 'stretch', stretch: { samples: [{ remaining: 50 }] } });
  });

  test('does not look back farther than the given span', () => {
    const found = newestStretch([sampleAt(-60, 50), sampleAt(9, 40)], now, HOUR_MS);
    expect(found).toMatchObject({ kind: 'stretch', stretch: { samples: [{ remaining: 40 }] } });
  });

  // The newest points; what there is instead of a stretch.
  test.each<[SeriesPoint[], object]>([
    [[], { kind: 'none', reason: 'no_samples' }],
    [[{ kind: 'missed', at: START }], { kind: 'none', reason: 'no_samples' }],
    [[sampleAt(1, 5, { windowSeconds: undefined })], { kind: 'none', reason: 'no_window' }],
    [[sampleAt(1, 5), { kind: 'unlimited', at: now, source: undefined }], { kind: 'unlimited', at: now }],
  ])('%j gives %j', (points, expected) => {
    expect(newestStretch(points, now, HOUR_MS)).toEqual(expected);
  });
});
