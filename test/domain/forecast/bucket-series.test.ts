import { describe, expect, test } from 'vitest';
import { findAddressPool, joinBucketSeries } from '../../../src/domain/forecast/bucket-series.ts';
import type { SeriesPoint } from '../../../src/domain/forecast/series-point.ts';
import { START, sampleAt } from './series.ts';

const missedAt = (minute: number): SeriesPoint => ({ kind: 'missed', at: START + minute * 60_000 });

describe('joinBucketSeries()', () => {
  test('joins credentials that report one source into one series in time', () => {
    const buckets = joinBucketSeries([
      { credential: 'b', points: [sampleAt(1, 66), sampleAt(3, 64)] },
      { credential: 'a', points: [sampleAt(2, 65), sampleAt(4, 63)] },
    ]);
    expect(buckets).toEqual([
      {
        source: '192.0.2.1',
        credentials: ['a', 'b'],
        points: [sampleAt(1, 66), sampleAt(2, 65), sampleAt(3, 64), sampleAt(4, 63)],
      },
    ]);
  });

  test('splits a credential that moves between sources', () => {
    const points = [sampleAt(0, 80), sampleAt(1, 99, { source: '192.0.2.2' }), sampleAt(2, 79)];
    const buckets = joinBucketSeries([{ credential: 'a', points }]);
    expect(buckets.map(({ source, points: own }) => [source, own.length])).toEqual([
      ['192.0.2.1', 2],
      ['192.0.2.2', 1],
    ]);
  });

  test('counts a failed probe, and an answer without a source, to the source reported last', () => {
    const points = [missedAt(0), sampleAt(1, 80), missedAt(2), sampleAt(3, 79, { source: undefined })];
    const buckets = joinBucketSeries([{ credential: 'a', points }]);
    expect(buckets.map(({ points: own }) => own.length)).toEqual([4]);
  });

  test('gives every credential without a source a bucket of its own', () => {
    const points = [sampleAt(0, 80, { source: undefined })];
    const buckets = joinBucketSeries([
      { credential: 'a', points },
      { credential: 'b', points },
    ]);
    expect(buckets.map(({ credentials }) => credentials)).toEqual([['a'], ['b']]);
  });

  test('sorts points that come out of order', () => {
    const buckets = joinBucketSeries([{ credential: 'a', points: [sampleAt(2, 65), sampleAt(1, 66)] }]);
    expect(buckets[0]?.points.map(({ at }) => at - START)).toEqual([60_000, 120_000]);
  });
});

const seen = (sources: string) =>
  [...sources].map((source, minute) => sampleAt(minute, 90, { source: `192.0.2.${source}` }));

describe('findAddressPool()', () => {
  // Last octet of the source of each answer; whether it is a pool, and why.
  test.each([
    ['1111', false, 'one address'],
    ['1122', false, 'moved for good'],
    ['1121', false, 'came back once: a detour'],
    ['1212', true, 'came back to two addresses'],
    ['1231231', true, 'three addresses in turn'],
  ])('%s: pool %s (%s)', (sources, isPool) => {
    expect(findAddressPool(seen(sources)) !== undefined).toBe(isPool);
  });

  test('states which addresses, and how often they changed', () => {
    expect(findAddressPool([...seen('1212'), { kind: 'missed', at: 0 }])).toEqual({
      sources: ['192.0.2.1', '192.0.2.2'],
      switches: 3,
      revisits: 2,
      answers: 4,
    });
  });
});
