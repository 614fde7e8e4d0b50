import { describe, expect, test } from 'vitest';
import type { Foreseen } from '../../../src/domain/forecast/forecast.ts';
import { isRunningOut } from '../../../src/domain/forecast/running-out.ts';
import { MINUTE_MS, START } from './series.ts';

const at = (minutes: number) => START + minutes * MINUTE_MS;

function foreseen(likely: number, refillLatest: number | undefined): Foreseen {
  return {
    kind: 'forecast',
    at: START,
    remaining: 20,
    limit: 100,
    refill: refillLatest === undefined ? null : { earliest: at(1), latest: at(refillLatest) },
    window: { kind: 'sliding', weight: 0.9 },
    returns: [],
    ratePerHour: { low: 10, likely: 60, high: 90 },
    exhaustion: { earliest: START, likely: at(likely), latest: null },
    risk: 0.7,
  };
}

describe('isRunningOut()', () => {
  // Minutes until it is likely dry; minutes until it is full at the latest; whether to warn, and why.
  test.each<[number, number | undefined, boolean, string]>([
    [14, 60, true, 'soon, and long before the refill'],
    [15, 60, true, 'just within'],
    [16, 60, false, 'not that soon'],
    [10, 5, false, 'it refills first'],
    [10, undefined, true, 'it is full, and will not be'],
  ])('dry in %s min, full in %s min: %s (%s)', (likely, refill, expected) => {
    expect(isRunningOut(foreseen(likely, refill), START)).toBe(expected);
  });

  test('is false without an end in sight', () => {
    expect(isRunningOut({ ...foreseen(5, 60), exhaustion: null }, START)).toBe(false);
    expect(isRunningOut({ kind: 'unlimited' }, START)).toBe(false);
  });
});
