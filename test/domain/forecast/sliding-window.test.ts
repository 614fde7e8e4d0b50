import { describe, expect, test } from 'vitest';
import { explainBySlidingWindow, hiddenPairs } from '../../../src/domain/forecast/sliding-window.ts';
import { minutely, playedBucket, series, stretchFrom } from './series.ts';

describe('hiddenPairs()', () => {
  test('is nothing where one of the streams is silent', () => {
    expect(hiddenPairs(0, 3, 0)).toBe(0);
  });

  test('is the conditional expectation of two Poisson streams', () => {
    // Means 1 and 1, difference 0: the mean of k weighted by 1/(k!)^2 is I1(2) / I0(2).
    expect(hiddenPairs(1, 1, 0)).toBeCloseTo(1.59064 / 2.27959, 4);
  });

  test('is less the more is left to be seen', () => {
    expect(hiddenPairs(2, 2, 4)).toBeLessThan(hiddenPairs(2, 2, 0));
    expect(hiddenPairs(2, 2, -4)).toBe(hiddenPairs(2, 2, 4));
  });
});

const spentIn = (readings: readonly number[]) =>
  explainBySlidingWindow(stretchFrom(minutely(readings))).steps.map(({ spent }) => spent);

describe('explainBySlidingWindow()', () => {
  test('reads decreases as pulls spent', () => {
    expect(spentIn([100, 97, 97, 90])).toEqual([3, 0, 7]);
  });

  test('finds the pulls that returning ones hide', () => {
    // 30 pulls in one minute; an hour later they come back in the same minute in which 30 others are made.
    const asked = series(90, (minute) => (minute === 5 || minute === 65 ? 30 : 0));
    const track = explainBySlidingWindow(stretchFrom(playedBucket('sliding', asked)));
    expect(track.steps.reduce((sum, { spent }) => sum + spent, 0)).toBe(60);
    expect(track.steps.every(({ unexplained }) => unexplained === 0)).toBe(true);
  });

  test('distinguishes what the reading fell by from what it infers', () => {
    const asked = series(90, (minute) => (minute === 5 || minute === 65 ? 30 : minute === 70 ? 2 : 0));
    const track = explainBySlidingWindow(stretchFrom(playedBucket('sliding', asked)));
    const outstanding = track.hypothesis === 'sliding' ? track.outstanding : [];
    expect(outstanding.map(({ pulls, seen }) => [pulls, seen])).toEqual([
      [30, 0],
      [2, 2],
    ]);
  });

  test('counts what was spent in a busy hour to within a few pulls', () => {
    const asked = series<number>(240, (minute) => (minute % 7 === 0 ? 6 : minute % 3 === 0 ? 2 : 0));
    const track = explainBySlidingWindow(stretchFrom(playedBucket('sliding', asked)));
    const total = asked.reduce((sum, pulls) => sum + pulls, 0);
    const found = track.steps.reduce((sum, { spent }) => sum + spent, 0);
    expect(Math.abs(found - total)).toBeLessThan(total * 0.03);
  });

  test('keeps what was used before it looked, without knowing when', () => {
    const track = explainBySlidingWindow(stretchFrom(minutely([60, 60, 58])));
    expect(track).toMatchObject({ used: 42, outstanding: [{ pulls: 40 }, { pulls: 2 }] });
  });

  test('does not treat a dip that is undone at once as a pull', () => {
    expect(spentIn([90, 90, 89, 90, 90])).toEqual([0, 0, 0, 0]);
  });

  test('accepts a jump without an explanation, and reports it', () => {
    const track = explainBySlidingWindow(stretchFrom(minutely([100, 40, 40, 80, 80])));
    expect(track.steps[2]).toMatchObject({ spent: 0, unexplained: 40 });
    expect(track.used).toBe(20);
  });

  test('explains nothing by nothing', () => {
    expect(explainBySlidingWindow({ ...stretchFrom(minutely([50])), samples: [] })).toMatchObject({
      steps: [],
      used: 0,
    });
  });
});
