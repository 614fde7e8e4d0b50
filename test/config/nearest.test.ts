import { describe, expect, test } from 'vitest';
import { nearest } from '../../src/config/nearest.ts';

const KNOWN = ['schedule', 'jitter', 'timeout', 'concurrency', 'image', 'poll', 'hub'];

describe('nearest()', () => {
  /** What was written; what was probably meant. */
  test.each([
    ['tiemout', 'timeout'],
    ['Timeout', 'timeout'],
    ['concurency', 'concurrency'],
    ['shedule', 'schedule'],
    ['hob', 'hub'],
    ['pol', 'poll'],
    ['images', 'image'],
    ['colour', undefined],
    ['x', undefined],
    ['', undefined],
    ['interval', undefined],
  ])('takes %j for %j', (word, meant) => {
    expect(nearest(word, KNOWN)).toBe(meant);
  });

  test('is quick with a word of a megabyte', () => {
    expect(nearest('x'.repeat(1_000_000), KNOWN)).toBeUndefined();
  });
});
