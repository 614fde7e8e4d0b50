import { describe, expect, test } from 'vitest';
import { explainSpending, spendingBetween, spentHours } from '../../../src/domain/forecast/spending.ts';
import { HOUR_MS, MINUTE_MS, minutely, playedBucket, START, sampleAt, series } from './series.ts';

const at = (minute: number) => START + minute * MINUTE_MS;

describe('explainSpending()', () => {
  test('does not count a brief false full reading (2021-01-17) as a return and as spending', () => {
    const steps = explainSpending(minutely([66, 67, 100, 67, 67, 67, 67, 67, 100, 67]));
    expect(steps.reduce((sum, { spent }) => sum + spent, 0)).toBe(0);
  });

  test('does not read a changed limit as spending', () => {
    const points = [...minutely([190, 188], { limit: 200 }), sampleAt(2, 90), sampleAt(3, 87)];
    expect(explainSpending(points).map(({ spent }) => spent)).toEqual([2, 3]);
  });

  test('does not read alternating readings of two credentials as spending', () => {
    const points = series(40, (i) => (i % 2 === 0 ? 67 : 66)).map((remaining, i) =>
      sampleAt(i / 2, remaining),
    );
    const spent = explainSpending(points).reduce((sum, step) => sum + step.spent, 0);
    expect(spent).toBeLessThanOrEqual(5);
  });

  test('distinguishes a reset from a sliding return, once it has seen enough of either', () => {
    const asked = series(300, (minute) => (minute % 13 === 4 ? 9 : 0));
    const resets = (metering: 'sliding' | 'fixed-clock') =>
      explainSpending(playedBucket(metering, asked)).filter(({ reset }) => reset).length;
    expect(resets('sliding')).toBe(0);
    expect(resets('fixed-clock')).toBe(4);
  });
});

describe('explainSpending() of samples that are seconds apart', () => {
  const spentOf = (points: Parameters<typeof explainSpending>[0]) =>
    explainSpending(points).reduce((sum, { spent }) => sum + spent, 0);
  const everySeconds = (seconds: number, readings: readonly number[]) =>
    readings.map((remaining, i) => sampleAt((i * seconds) / 60, remaining));

  // Readings, and the pulls between the first and the last one.
  test.each([
    [[100, 80, 80, 80], 20],
    [[100, 99, 98, 97], 3],
    [[100, 100, 60, 60], 40],
    [[100, 100, 96, 86, 86], 14],
  ])('finds the pulls in %j, at any distance', (readings, pulls) => {
    const distances = [0.05, 1, 3, 7, 9.999, 10, 10.001, 15, 45, 60];
    expect(distances.map((seconds) => [seconds, spentOf(everySeconds(seconds, readings))])).toEqual(
      distances.map((seconds) => [seconds, pulls]),
    );
  });

  test('finds the pulls of a new limit from its first sample on', () => {
    const old = [sampleAt(0, 200, { limit: 200 }), sampleAt(1, 190, { limit: 200 })];
    expect(spentOf([...old, sampleAt(1.1, 95), sampleAt(1.2, 75), sampleAt(2.2, 75)])).toBe(30);
  });

  test('finds the pulls after a reset, although both are in one round', () => {
    const before = series(61, (minute) => sampleAt(minute - 61, minute === 0 ? 100 : 0));
    const after = everySeconds(2, [0, 100, 90, 80, 70, 60, 50, 50]);
    expect(spentOf([...before, ...after])).toBe(150);
  });

  test('finds the same pulls in parts of a history, wherever they begin', () => {
    const points = everySeconds(
      1.7,
      series(200, (i) => 100 - Math.floor(i / 4)),
    );
    const cut = sampleAt(3, 0).at;
    const until = (from: number) =>
      spendingBetween(explainSpending(points.slice(from)), cut, Number.POSITIVE_INFINITY).spent;
    expect(series(12, until)).toEqual(series(12, () => until(0)));
  });
});

describe('spendingBetween()', () => {
  const steps = explainSpending([
    ...minutely([100, 98, 97, 97]),
    ...[23, 24, 25].map((m) => sampleAt(m, 80 - m)),
  ]);

  test('adds up what was spent and how long it was observed', () => {
    expect(spendingBetween(steps, at(0), at(3))).toEqual({
      spentAtLeast: 3,
      spent: 3,
      observedMs: 3 * MINUTE_MS,
      gaps: [],
    });
  });

  test('marks a gap with its bounds and what is known of it, and does not fill it in', () => {
    expect(spendingBetween(steps, at(0), at(25))).toEqual({
      spentAtLeast: 45,
      spent: 45,
      observedMs: 5 * MINUTE_MS,
      gaps: [{ from: at(3), to: at(23), spentAtLeast: 40 }],
    });
  });

  test('has no value for a part of a gap', () => {
    expect(spendingBetween(steps, at(5), at(10))).toEqual({
      spentAtLeast: 0,
      spent: 0,
      observedMs: 0,
      gaps: [{ from: at(5), to: at(10), spentAtLeast: 0 }],
    });
  });

  test('marks what lies before the first sample and after the last one', () => {
    const { gaps } = spendingBetween(steps, at(-10), at(30));
    expect(gaps.map(({ from, to }) => [from, to])).toEqual([
      [at(-10), at(0)],
      [at(3), at(23)],
      [at(25), at(30)],
    ]);
  });

  test('gives neighbouring ranges that add up, wherever the cut is', () => {
    const cut = at(2) - 20_000;
    const parts = [spendingBetween(steps, at(0), cut), spendingBetween(steps, cut, at(25))];
    expect(parts.reduce((sum, { spent }) => sum + spent, 0)).toBe(45);
    expect(parts.reduce((sum, { observedMs }) => sum + observedMs, 0)).toBe(5 * MINUTE_MS);
  });
});

describe('spentHours()', () => {
  test('counts what was spent in each hour', () => {
    const points = playedBucket(
      'sliding',
      series(181, (minute) => (minute > 60 && minute <= 120 && minute % 2 === 0 ? 1 : 0)),
    );
    expect(spentHours(points)).toEqual([
      { at: START, spent: 0, observedSeconds: 3_600 },
      { at: START + HOUR_MS, spent: 30, observedSeconds: 3_600 },
      { at: START + 2 * HOUR_MS, spent: 0, observedSeconds: 3_600 },
    ]);
  });

  test('leaves out hours in which there was no probe', () => {
    const points = [
      ...minutely(series(31, () => 90)),
      ...series(31, (i) => 180 + i).map((minute) => sampleAt(minute, 90)),
    ];
    expect(
      spentHours(points).map(({ at, observedSeconds }) => [(at - START) / HOUR_MS, observedSeconds]),
    ).toEqual([
      [0, 1_800],
      [3, 1_800],
    ]);
  });

  test('is empty without samples', () => {
    expect(spentHours([])).toEqual([]);
    expect(spentHours([sampleAt(0, 90)])).toEqual([]);
  });
});
