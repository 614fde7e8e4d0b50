import { describe, expect, test } from 'vitest';
import { toMoment, windowWords } from '../../src/web/time-words.ts';
import { NOW } from './states.ts';

describe('toMoment()', () => {
  // age in seconds, what is said
  test.each([
    [-30, 'just now'],
    [0, 'just now'],
    [4, 'just now'],
    [5, '5 seconds ago'],
    [119, '119 seconds ago'],
    [120, '2 minutes ago'],
    [7_199, '119 minutes ago'],
    [7_200, '2 hours ago'],
    [172_800, '2 days ago'],
    [100_000_000, '1,157 days ago'],
  ])('says of an age of %d s: %s', (seconds, text) => {
    expect(toMoment(NOW - seconds * 1_000, NOW).text).toBe(text);
  });

  test('gives the instant to machines and in full', () => {
    expect(toMoment(NOW - 750, NOW)).toMatchObject({
      datetime: '2026-11-23T20:59:59.250Z',
      title: '2026-11-23 20:59:59 UTC',
    });
  });
});

describe('windowWords()', () => {
  // seconds of the header's w=, what is said
  test.each([
    [3_600, 'per hour'],
    [21_600, 'per 6 hours'],
    [86_400, 'per day'],
    [60, 'per minute'],
    [5_400, 'per 90 minutes'],
    [100, 'per 100 seconds'],
    [undefined, 'per window of unknown length'],
  ])('says of %s: %s', (seconds, words) => {
    expect(windowWords(seconds)).toBe(words);
  });
});
