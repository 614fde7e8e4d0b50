import { describe, expect, test } from 'vitest';
import {
  judge,
  type MeteredBucket,
  type PlanBucket,
  windowCapacity,
} from '../../../src/domain/pull-cost/plan-bucket.ts';
import { bucket, NOW } from './buckets.ts';

describe('judge()', () => {
  // cost: from, to. Bucket: 84 of 100 an hour are left by default.
  test.each<{ criterion: string; cost: [number, number]; bucket: PlanBucket; verdict: object }>([
    { criterion: 'fits what is left exactly', cost: [10, 84], bucket: bucket(), verdict: { kind: 'fits' } },
    {
      criterion: 'fits after the window when the upper bound is more than what is left',
      cost: [10, 85],
      bucket: bucket(),
      verdict: { kind: 'fits-later', at: NOW + 3_600_000, mayFitNow: true },
    },
    {
      criterion: 'knows when not even the lower bound fits now',
      cost: [85, 90],
      bucket: bucket(),
      verdict: { kind: 'fits-later', at: NOW + 3_600_000, mayFitNow: false },
    },
    {
      criterion: 'takes the end of the refill that is foreseen',
      cost: [90, 90],
      bucket: bucket({ refill: { earliest: NOW + 1_000, latest: NOW + 60_000 } }),
      verdict: { kind: 'fits-later', at: NOW + 60_000, mayFitNow: false },
    },
    {
      criterion: 'cannot name a time without a window',
      cost: [90, 90],
      bucket: bucket({ windowSeconds: undefined }),
      verdict: { kind: 'fits-later', at: undefined, mayFitNow: false },
    },
    {
      criterion: 'does not fit what a window gives',
      cost: [101, 101],
      bucket: bucket({ remaining: 100 }),
      verdict: { kind: 'does-not-fit', mayFitNow: false, capacity: 100 },
    },
    {
      criterion: 'does not fit what others leave',
      cost: [90, 90],
      bucket: bucket({ ratePerHour: 20 }),
      verdict: { kind: 'does-not-fit', mayFitNow: false, capacity: 80 },
    },
    {
      criterion: 'fits nothing into what is overdrawn',
      cost: [1, 1],
      bucket: bucket({ remaining: -3 }),
      verdict: { kind: 'fits-later', at: NOW + 3_600_000, mayFitNow: false },
    },
    {
      criterion: 'fits nothing at all into anything',
      cost: [0, 0],
      bucket: { kind: 'unknown', credential: 'a', hasLogin: false, source: undefined, reason: 'no answer' },
      verdict: { kind: 'fits' },
    },
    {
      criterion: 'is not metered where the credential is not',
      cost: [9_000, 9_000],
      bucket: { kind: 'unmetered', credential: 'a', hasLogin: true, source: undefined },
      verdict: { kind: 'unmetered' },
    },
    {
      criterion: 'is not known where nothing is known',
      cost: [1, 1],
      bucket: { kind: 'unknown', credential: 'a', hasLogin: false, source: undefined, reason: 'no answer' },
      verdict: { kind: 'unknown', reason: 'no answer' },
    },
  ])('$criterion', ({ cost: [low, high], bucket, verdict }) => {
    expect(judge({ low, high }, bucket, NOW)).toEqual(verdict);
  });
});

describe('windowCapacity()', () => {
  test.each<{ changes: Partial<MeteredBucket>; capacity: number }>([
    { changes: {}, capacity: 100 },
    { changes: { ratePerHour: 12.5 }, capacity: 87 },
    { changes: { ratePerHour: 10, windowSeconds: 21_600 }, capacity: 40 },
    { changes: { ratePerHour: 500 }, capacity: 0 },
    { changes: { ratePerHour: 10, windowSeconds: undefined }, capacity: 100 },
  ])('is $capacity with $changes', ({ changes, capacity }) => {
    expect(windowCapacity(bucket(changes))).toBe(capacity);
  });
});
