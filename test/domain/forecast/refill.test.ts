import { describe, expect, test } from 'vitest';
import { expectedReturns, firstReturnRange, refillRange } from '../../../src/domain/forecast/refill.ts';
import { weighWindows } from '../../../src/domain/forecast/window-evidence.ts';
import { HOUR_MS, MINUTE_MS, minutely, playedBucket, START, series, stretchFrom } from './series.ts';

/** Refill and first return, in minutes since the start, as seen at the last reading. */
function seen(points: Parameters<typeof stretchFrom>[0]) {
  const stretch = stretchFrom(points);
  const tracks = weighWindows(stretch);
  const now = points.at(-1)?.at ?? 0;
  const minutes = (at: number) => Math.round((at - START) / MINUTE_MS);
  const refill = refillRange(stretch, tracks, now);
  const first = firstReturnRange(stretch, tracks, now);
  return {
    refill: refill && [minutes(refill.earliest), minutes(refill.latest)],
    first: first && [minutes(first.earliest), minutes(first.latest)],
    returns: expectedReturns(stretch, tracks, now),
  };
}

describe('refillRange()', () => {
  test('is null for a full bucket', () => {
    expect(seen(minutely([100, 100])).refill).toBeNull();
  });

  test('reaches from the next boundary to one window after the last pull while the kind of window is open', () => {
    const { refill } = seen(minutely([100, 90, 90, 80, 80, 80]));
    expect(refill?.[0]).toBeLessThanOrEqual(60);
    expect(refill?.[1]).toBeGreaterThanOrEqual(63);
    expect(refill?.[1]).toBeLessThanOrEqual(66);
  });

  test('is bounded by the window for a bucket that was in use before the first probe', () => {
    const { refill } = seen(minutely([60]));
    expect(refill).toEqual([0, 61]);
  });

  test('is the next boundary once the window is known to be fixed', () => {
    const asked = series(6 * 60 - 20, (minute) => (minute % 11 === 4 ? 7 : minute % 17 === 9 ? 4 : 0));
    expect(seen(playedBucket('fixed-clock', asked)).refill).toEqual([360, 361]);
  });

  test('contains the truth all along a sliding bucket', () => {
    const asked = series(5 * 60, (minute) => (minute % 11 === 4 ? 7 : minute % 17 === 9 ? 4 : 0));
    const points = playedBucket('sliding', asked);
    for (let end = 200; end < points.length; end += 7) {
      const lastPull = asked.slice(0, end + 1).findLastIndex((pulls) => pulls > 0);
      const { refill } = seen(points.slice(0, end + 1));
      expect(refill?.[0]).toBeLessThanOrEqual(lastPull + 60);
      expect(refill?.[1]).toBeGreaterThanOrEqual(lastPull + 59);
    }
  });

  test('is uncertain about pulls that no probe saw', () => {
    // The second batch hides behind the return of the first: it is inferred, and may not have been made at all.
    const asked = series(360, (minute) => (minute % 60 === 5 ? 30 : 0));
    const { refill } = seen(playedBucket('sliding', asked).slice(0, 320));
    expect(refill?.[0]).toBe(319);
    expect(refill?.[1]).toBeGreaterThanOrEqual(305 + 60);
    expect(refill?.[1]).toBeLessThanOrEqual(305 + 66);
  });
});

describe('expectedReturns()', () => {
  test('lists what comes back by each kind of window that is not ruled out, and leaves nothing out', () => {
    const { returns } = seen(minutely([100, 90, 90, 70]));
    expect(returns.map(({ hypothesis }) => hypothesis)).toEqual([
      'sliding',
      'fixed-clock',
      'fixed-first-pull',
    ]);
    for (const { returns: own } of returns) expect(own.reduce((sum, { pulls }) => sum + pulls, 0)).toBe(30);
  });

  test('stays short however many pulls are outstanding', () => {
    const asked = series(180, () => 1);
    const [sliding] = seen(playedBucket('sliding', asked)).returns;
    expect(sliding?.returns.length).toBeLessThanOrEqual(60);
  });
});

describe('firstReturnRange()', () => {
  test('is one window after the oldest pull at the latest', () => {
    const { first } = seen(minutely([100, 100, 90, 90, 70]));
    expect(first?.[1]).toBeLessThanOrEqual(63);
    expect(first?.[1]).toBeGreaterThanOrEqual(60);
  });

  test('is never in the past', () => {
    const points = playedBucket(
      'sliding',
      series(100, () => 1),
    );
    const stretch = stretchFrom(points);
    const now = START + 3 * HOUR_MS;
    expect(firstReturnRange(stretch, weighWindows(stretch), now)?.earliest).toBe(now);
  });
});
