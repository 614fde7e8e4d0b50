import { describe, expect, test } from 'vitest';
import {
  type Bucket,
  type CountingModel,
  FULL_BUCKET,
  pullCost,
  pullsRemaining,
  pullsSpent,
  type Quota,
  spendPulls,
} from '../../../src/simulator/metering/bucket.ts';

/** What a cold pull of a multi-architecture image costs: GET of the index, GET of one manifest. */
test.each<[CountingModel, number, number]>([
  ['per-get', 2, 1],
  ['two-gets', 1, 0.5],
  ['per-architecture', 1, 1],
])('pullCost() by %s: %d for an index and a manifest, %d for a single image', (model, multi, single) => {
  expect(pullCost(model, false) + pullCost(model, true)).toBe(multi);
  expect(pullCost(model, true)).toBe(single);
});

const HOUR_MS = 3_600_000;
const SLIDING: Quota = { limit: 100, windowSeconds: 3_600, window: 'sliding' };
const FIXED: Quota = { ...SLIDING, window: 'fixed' };
/** Half past some hour: a whole multiple of an hour, and half of one. */
const HALF_PAST = 1_000 * HOUR_MS + HOUR_MS / 2;

function bucketOf(...spends: [at: number, pulls: number][]): Bucket {
  return spends.map(([at, pulls]) => ({ at, pulls }));
}

describe('pullsSpent()', () => {
  // biome-ignore format: a table
  test.each([
    ['sliding: a pull counts for one millisecond less than a window', SLIDING, HOUR_MS - 1, 5],
    ['sliding: it has left when it is a window old', SLIDING, HOUR_MS, 0],
    ['fixed: it counts until the window turns', FIXED, HOUR_MS / 2 - 1, 5],
    ['fixed: all have left when the window turns', FIXED, HOUR_MS / 2, 0],
  ])('%s', (_, quota, laterMs, spent) => {
    expect(pullsSpent(bucketOf([HALF_PAST, 5]), quota, HALF_PAST + laterMs)).toBe(spent);
  });

  test('counts by the window of today, not by that of the spend', () => {
    const bucket = spendPulls(FULL_BUCKET, 40, { ...SLIDING, windowSeconds: 21_600 }, HALF_PAST);
    expect(pullsSpent(bucket, SLIDING, HALF_PAST + 2 * HOUR_MS)).toBe(0);
  });
});

describe('pullsRemaining()', () => {
  // biome-ignore format: a table
  test.each([
    ['nothing spent', 0, 100],
    ['half a pull still counts as one left', 99.5, 1],
    ['all spent', 100, 0],
    ['never negative', 130, 0],
  ])('%s', (_, spent, remaining) => {
    expect(pullsRemaining(bucketOf([HALF_PAST, spent]), SLIDING, HALF_PAST)).toBe(remaining);
  });
});

describe('spendPulls()', () => {
  test('leaves the bucket it was given as it was', () => {
    const before = bucketOf([HALF_PAST, 1]);
    spendPulls(before, 1, SLIDING, HALF_PAST + 1);
    expect(before).toEqual([{ at: HALF_PAST, pulls: 1 }]);
  });

  test('adds up what is spent in one millisecond', () => {
    const bucket = spendPulls(spendPulls(FULL_BUCKET, 1, SLIDING, HALF_PAST), 0.5, SLIDING, HALF_PAST);
    expect(bucket).toEqual([{ at: HALF_PAST, pulls: 1.5 }]);
  });

  test('drops what has left the window', () => {
    const bucket = spendPulls(bucketOf([HALF_PAST, 3]), 1, SLIDING, HALF_PAST + HOUR_MS);
    expect(bucket).toEqual([{ at: HALF_PAST + HOUR_MS, pulls: 1 }]);
  });
});
