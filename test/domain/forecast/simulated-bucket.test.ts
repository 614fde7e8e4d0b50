import { describe, expect, test } from 'vitest';
import { simulatedBucket } from '../../../src/domain/forecast/simulated-bucket.ts';
import type { WindowState } from '../../../src/domain/forecast/window-state.ts';
import { seededRandom } from '../../../src/kit/seeded-random.ts';
import { HOUR_MS, MINUTE_MS, START } from './series.ts';

const sliding: WindowState = {
  hypothesis: 'sliding',
  steps: [],
  used: 40,
  outstanding: [{ from: START - 30 * MINUTE_MS, to: START - 29 * MINUTE_MS, pulls: 40, seen: 40 }],
  mayHideUntil: START,
};
const fixed = (hypothesis: 'fixed-clock' | 'fixed-first-pull'): WindowState => ({
  hypothesis,
  steps: [],
  used: 40,
  resetBetween: { from: START + 20 * MINUTE_MS, to: START + 20 * MINUTE_MS },
});
const future = (track: WindowState, remaining = 60) =>
  simulatedBucket(track, 100, remaining, HOUR_MS, seededRandom(1));

describe('simulatedBucket()', () => {
  test('sliding: each pull comes back one window after it was made', () => {
    const bucket = future(sliding);
    bucket.spend(10, START);
    expect(bucket.availableAt(START + 29 * MINUTE_MS)).toBe(50);
    expect(bucket.availableAt(START + 31 * MINUTE_MS)).toBe(90);
    expect(bucket.availableAt(START + HOUR_MS)).toBe(100);
  });

  test('sliding: determines when what counts now has come back', () => {
    const { refilledAt } = future(sliding);
    expect(refilledAt).toBeGreaterThanOrEqual(START + 30 * MINUTE_MS);
    expect(refilledAt).toBeLessThanOrEqual(START + 31 * MINUTE_MS);
  });

  test('sliding: pulls of unknown time come back somewhere in their span, all of them', () => {
    const unseen = { ...sliding, outstanding: [{ from: START - HOUR_MS, to: START, pulls: 40, seen: 0 }] };
    for (let seed = 0; seed < 20; seed += 1) {
      const bucket = simulatedBucket(unseen, 100, 60, HOUR_MS, seededRandom(seed));
      expect(bucket.availableAt(START + HOUR_MS)).toBe(100);
    }
  });

  test('fixed-clock: everything comes back on the hour, and an hour later again', () => {
    const bucket = future(fixed('fixed-clock'));
    bucket.spend(60, START);
    expect(bucket.availableAt(START + 19 * MINUTE_MS)).toBe(0);
    expect(bucket.availableAt(START + 21 * MINUTE_MS)).toBe(100);
    bucket.spend(70, START + 30 * MINUTE_MS);
    expect(bucket.availableAt(START + 79 * MINUTE_MS)).toBe(30);
    expect(bucket.availableAt(START + 81 * MINUTE_MS)).toBe(100);
  });

  test('fixed-first-pull: the next window begins with the first pull after the reset', () => {
    const bucket = future(fixed('fixed-first-pull'));
    expect(bucket.availableAt(START + 21 * MINUTE_MS)).toBe(100);
    bucket.spend(70, START + 30 * MINUTE_MS);
    expect(bucket.availableAt(START + 89 * MINUTE_MS)).toBe(30);
    expect(bucket.availableAt(START + 91 * MINUTE_MS)).toBe(100);
  });
});
