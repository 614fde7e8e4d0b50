import { describe, expect, test } from 'vitest';
import { createBucketSamples, SAMPLE_RETENTION_MS } from '../../src/history/bucket-samples.ts';
import { MINUTE_MS, minutely, START, sampleAt, series } from '../domain/forecast/series.ts';

const SOURCE = '192.0.2.1';

describe('createBucketSamples()', () => {
  test('createBucketSamples() gives back what it was given', () => {
    const samples = createBucketSamples(SOURCE);
    const points = [
      sampleAt(0, 50),
      sampleAt(1, -3, { windowSeconds: undefined }),
      { kind: 'unlimited', at: START + 2 * MINUTE_MS, source: SOURCE } as const,
      sampleAt(3, 200, { limit: 200, windowSeconds: 21_600 }),
    ];
    for (const point of points) samples.add([point]);
    expect(samples.points()).toEqual(points);
    expect(samples.newestAt()).toBe(START + 3 * MINUTE_MS);
  });

  test('createBucketSamples() is empty at first', () => {
    const samples = createBucketSamples(undefined);
    expect([samples.points(), samples.newestAt()]).toEqual([[], undefined]);
  });

  test('createBucketSamples() treats a round of many credentials as one sample, the lowest', () => {
    const samples = createBucketSamples(SOURCE);
    for (const [i, remaining] of [50, 48, 49].entries()) samples.add([sampleAt(i / 10, remaining)]);
    expect(samples.points()).toEqual([sampleAt(0.1, 48)]);
  });

  test('createBucketSamples() thins polls every ten seconds to about one a minute', () => {
    const samples = createBucketSamples(SOURCE);
    for (let i = 0; i < 360; i += 1) samples.add([sampleAt(i / 6, 50)]);
    expect(samples.points()).toHaveLength(72);
  });

  test('createBucketSamples() keeps both sides of a change of the limit, however close', () => {
    const samples = createBucketSamples(SOURCE);
    samples.add([sampleAt(0, 50), sampleAt(0.1, 150, { limit: 200 })]);
    expect(samples.points()).toHaveLength(2);
  });

  test('createBucketSamples() puts older samples where they belong', () => {
    const samples = createBucketSamples(SOURCE);
    samples.add(minutely([50, 49, 48], {}).map((sample) => ({ ...sample, at: sample.at + 10 * MINUTE_MS })));
    samples.add([sampleAt(5, 60), sampleAt(2, 61)]);
    const minutes = samples.points().map(({ at }) => (at - START) / MINUTE_MS);
    expect(minutes).toEqual([2, 5, 10, 11, 12]);
  });

  test('createBucketSamples() keeps two days of minutes, and not much more', () => {
    const samples = createBucketSamples(SOURCE);
    const minutes = 4 * 24 * 60;
    for (const sample of minutely(series(minutes, (i) => i % 100))) samples.add([sample]);
    const points = samples.points();
    const newestAt = points.at(-1)?.at ?? 0;
    expect(newestAt - (points[0]?.at ?? newestAt)).toBeGreaterThanOrEqual(SAMPLE_RETENTION_MS - MINUTE_MS);
    expect(points.length).toBeLessThan(4_100);
  });

  test('createBucketSamples() stays bounded when the limit changes all the time', () => {
    const samples = createBucketSamples(SOURCE);
    for (let i = 0; i < 20_000; i += 1) samples.add([sampleAt(i / 60, 50, { limit: 100 + (i % 2) })]);
    expect(samples.points().length).toBeLessThan(4_100);
    expect(samples.newestAt()).toBe(START + (19_999 / 60) * MINUTE_MS);
  });
});
