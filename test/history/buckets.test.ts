import { describe, expect, test } from 'vitest';
import { createRecentSources } from '../../src/history/buckets.ts';
import { sampleAt } from '../domain/forecast/series.ts';

/** A trail after answers from these sources, so many minutes apart. */
function trailOf(sources: readonly (string | undefined)[], minutesApart = 1) {
  const trail = createRecentSources();
  for (const [i, source] of sources.entries()) trail.add(sampleAt(i * minutesApart, 50, { source }));
  return trail;
}

describe('createRecentSources()', () => {
  test('createRecentSources() has no source before the hub reports one', () => {
    const trail = trailOf([undefined]);
    expect([trail.current(), trail.all(), trail.pool()]).toEqual([undefined, [], undefined]);
  });

  test('createRecentSources() keeps to the last source when an answer names none', () => {
    expect(trailOf(['a', 'b', undefined]).current()).toBe('b');
  });

  test('createRecentSources() does not treat a move as a pool', () => {
    const trail = trailOf(['a', 'a', 'b', 'b']);
    expect(trail.all()).toEqual(['a', 'b']);
    expect(trail.pool()).toBeUndefined();
  });

  test('createRecentSources() recognises a source that flips', () => {
    expect(trailOf(['a', 'b', 'a', 'c', 'b']).pool()).toMatchObject({
      sources: ['a', 'b', 'c'],
      revisits: 2,
    });
  });

  test('createRecentSources() gives the same pool until something changes', () => {
    const trail = trailOf(['a', 'b', 'a', 'b']);
    const before = trail.pool();
    trail.add(sampleAt(5, 50, { source: 'b' }));
    expect(trail.pool()).toBe(before);
  });

  test('createRecentSources() forgets a pool that has stopped flipping', () => {
    const trail = trailOf(['a', 'b', 'a', 'b']);
    trail.add(sampleAt(3 + 360, 50, { source: 'b' }));
    expect(trail.pool()).toBeUndefined();
    expect(trail.current()).toBe('b');
  });

  test('createRecentSources() keeps a hundred changes at most', () => {
    const sources = Array.from({ length: 1_000 }, (_, i) => `source-${i}`);
    expect(trailOf(sources, 0.1).all()).toHaveLength(100);
  });
});
