import type { Exhausted, Foreseen } from '../../src/domain/forecast/forecast.ts';

const MINUTE_MS = 60_000;

/** A forecast made at `at`: 76 of 200 pulls left, used up in 40 minutes to 2 hours, full again an hour later. */
export function foreseen(at: number, changes: Partial<Foreseen> = {}): Foreseen {
  return {
    kind: 'forecast',
    at,
    remaining: 76,
    limit: 200,
    refill: { earliest: at + 50 * MINUTE_MS, latest: at + 61 * MINUTE_MS },
    window: { kind: 'sliding', weight: 0.8125 },
    returns: [],
    ratePerHour: { low: 30, likely: 62.25, high: 110 },
    exhaustion: {
      earliest: at + 40 * MINUTE_MS,
      likely: at + 70.0001 * MINUTE_MS,
      latest: at + 120 * MINUTE_MS,
    },
    risk: 0.99,
    ...changes,
  };
}

/** A forecast made at `at` of a bucket that was used up 12 minutes before. */
export function usedUp(at: number): Exhausted {
  return {
    kind: 'exhausted',
    at,
    remaining: 0,
    limit: 100,
    refill: { earliest: at + 30 * MINUTE_MS, latest: at + 48 * MINUTE_MS },
    window: { kind: 'fixed', weight: 0.9 },
    returns: [],
    since: at - 12 * MINUTE_MS,
    firstReturn: { earliest: at + 5 * MINUTE_MS, latest: at + 30 * MINUTE_MS },
  };
}
