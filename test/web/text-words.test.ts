import { describe, expect, test } from 'vitest';
import { listNames, toPlainText } from '../../src/web/text-words.ts';

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
  test('takes out control characters and those that turn the direction of the text', () => {
    expect(toPlainText('a\u202Ecod\u2066x\u0000y\nz\u200F')).toBe('a cod x y z');
  });

  test('cuts a long text, and shows that it did', () => {
    expect(toPlainText('x'.repeat(6_000), 10)).toBe('xxxxxxxxxx…');
  });

  test('leaves mark-up to the view, which escapes it', () => {
    expect(toPlainText('<b>')).toBe('<b>');
  });
});
