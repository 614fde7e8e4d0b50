import { describe, expect, test } from 'vitest';
import { simulateFutures } from '../../../src/domain/forecast/simulate-futures.ts';
import { weighWindows } from '../../../src/domain/forecast/window-evidence.ts';
import { HOUR_MS, minutely, playedBucket, series, stretchFrom } from './series.ts';

const stretch = stretchFrom(
  playedBucket(
    'fixed-clock',
    series(170, (minute) => (minute % 2 === 0 ? 3 : 0)),
  ),
);

describe('simulateFutures()', () => {
  test('gives the same futures for the same history', () => {
    const run = () => simulateFutures(stretch, weighWindows(stretch), undefined);
    expect(run()).toEqual(run());
  });

  test('orders them', () => {
    const { dryAt, pullsPerHour } = simulateFutures(stretch, weighWindows(stretch), undefined);
    expect(dryAt).toEqual([...dryAt].sort((a, b) => a - b));
    expect(pullsPerHour).toEqual([...pullsPerHour].sort((a, b) => a - b));
  });

  test('no future is exhausted before its last sample, nor after the window, as long as there is no profile', () => {
    const last = stretch.samples.at(-1)?.at ?? 0;
    const { dryAt } = simulateFutures(stretch, weighWindows(stretch), undefined);
    const ends = dryAt.filter(Number.isFinite);
    expect(ends.every((at) => at >= last && at <= last + HOUR_MS)).toBe(true);
  });

  test('sees nothing coming where nothing is spent', () => {
    const idle = stretchFrom(minutely(series(60, () => 80)));
    const { dryAt, pullsPerHour } = simulateFutures(idle, weighWindows(idle), undefined);
    expect(dryAt.some(Number.isFinite)).toBe(false);
    expect(pullsPerHour.at(-1)).toBe(0);
  });
});
