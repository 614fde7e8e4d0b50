import { describe, expect, test } from 'vitest';
import { listNames, toMoment, toPlainText, windowWords } from '../../src/web/text.ts';
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

describe('listNames()', () => {
  // names at hand, how many there are in all, what is said
  test.each([
    [[], 0, ''],
    [['ci'], 1, 'ci'],
    [['ci', 'web'], 2, 'ci and web'],
    [['a', 'b', 'c'], 3, 'a, b and c'],
    [['a', 'b', 'c', 'd'], 4, 'a, b, c and 1 more'],
    [['a', 'b', 'c'], 1_003, 'a, b, c and 1,000 more'],
  ])('says of %j, %d in all: %s', (names, count, words) => {
    expect(listNames(names, count)).toBe(words);
  });
});

describe('toPlainText()', () => {
  test('removes control characters and those that turn the direction of the text', () => {
    expect(toPlainText('a\u202Ecod\u2066x\u0000y\nz\u200F')).toBe('a cod x y z');
  });

  test('cuts a long text, and shows that it did', () => {
    expect(toPlainText('x'.repeat(6_000), 10)).toBe('xxxxxxxxxx…');
  });

  test('leaves mark-up to the view, which escapes it', () => {
    expect(toPlainText('<b>')).toBe('<b>');
  });
});
