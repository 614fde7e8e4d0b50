import { describe, expect, test } from 'vitest';
import { explainByFixedWindow } from '../../../src/domain/forecast/fixed-window.ts';
import { HOUR_MS, MINUTE_MS, minutely, playedBucket, START, series, stretchFrom } from './series.ts';

const asked = series(200, (minute) => (minute % 5 === 2 ? 4 : 0));
const total = (readonly: readonly number[]) => readonly.reduce((sum, pulls) => sum + pulls, 0);

describe('explainByFixedWindow()', () => {
  test.each(['fixed-clock', 'fixed-first-pull'] as const)('%s: recognizes resets', (hypothesis) => {
    const track = explainByFixedWindow(hypothesis, stretchFrom(playedBucket(hypothesis, asked)));
    expect(track.steps.filter(({ reset }) => reset)).toHaveLength(3);
    expect(track.steps.every(({ unexplained }) => unexplained === 0)).toBe(true);
    expect(total(track.steps.map(({ spent }) => spent))).toBe(total(asked));
  });

  test('fixed-clock: expects the next reset on the hour', () => {
    const track = explainByFixedWindow('fixed-clock', stretchFrom(minutely([90, 89])));
    expect(track).toMatchObject({ resetBetween: { from: START + HOUR_MS, to: START + HOUR_MS } });
  });

  test('fixed-first-pull: expects it one window after the pull that it saw', () => {
    const track = explainByFixedWindow('fixed-first-pull', stretchFrom(minutely([100, 100, 95, 90])));
    expect(track).toMatchObject({
      resetBetween: { from: START + HOUR_MS + MINUTE_MS, to: START + HOUR_MS + 2 * MINUTE_MS },
    });
  });

  test('fixed-first-pull: has no window open while nothing was pulled, nor after a dip that was none', () => {
    expect(explainByFixedWindow('fixed-first-pull', stretchFrom(minutely([100, 100])))).toMatchObject({
      resetBetween: undefined,
    });
    expect(
      explainByFixedWindow('fixed-first-pull', stretchFrom(minutely([100, 99, 100, 100]))),
    ).toMatchObject({
      used: 0,
      resetBetween: undefined,
    });
  });

  test('waits for a reset on the hour while our clock may be ahead of the hub’s', () => {
    const late = minutely([...series(61, () => 40), 99]);
    const track = explainByFixedWindow('fixed-clock', stretchFrom(late));
    expect(track.steps.at(-1)).toMatchObject({ reset: true, spent: 1, unexplained: 0 });
  });

  test('accepts a return within a window, and reports it unexplained', () => {
    const track = explainByFixedWindow('fixed-clock', stretchFrom(minutely([60, 60, 80, 80])));
    expect(track.steps[1]).toMatchObject({ reset: false, unexplained: 20 });
    expect(track.used).toBe(20);
  });

  test('ignores small variations, but accepts lasting changes', () => {
    const track = explainByFixedWindow('fixed-clock', stretchFrom(minutely([60, 61, 60, 60])));
    expect(track).toMatchObject({ used: 40 });
    expect(explainByFixedWindow('fixed-clock', stretchFrom(minutely([60, 61, 61, 61])))).toMatchObject({
      used: 39,
    });
  });
});
