import { expect, test } from 'vitest';
import { clauseSentence, lastedWords, limitWords } from '../../../../src/domain/alerts/wording/facts.ts';

test.each([
  [100, 3_600, '100 pulls per hour'],
  [5_000, 86_400, '5,000 pulls per day'],
  [200, 21_600, '200 pulls per 6 hours'],
  [1, 5_400, '1 pull per 90 minutes'],
  [100, undefined, '100 pulls'],
])('limitWords() calls %d in %s s %s', (limit, windowSeconds, words) => {
  expect(limitWords(limit, windowSeconds)).toBe(words);
});

test.each([
  [-5, 'less than a minute'],
  [59_000, 'less than a minute'],
  [60_000, '1 minute'],
  [42 * 60_000, '42 minutes'],
  [3_600_000, '1 hour'],
  [125 * 60_000, '2 hours 5 minutes'],
  [76 * 3_600_000, '3 days 4 hours'],
])('lastedWords() calls %d ms %s', (lastedMs, words) => {
  expect(lastedWords(lastedMs)).toBe(words);
});

test('clauseSentence() begins and ends a clause as a sentence, and keeps it short', () => {
  expect(clauseSentence('the name could not be resolved')).toBe('The name could not be resolved.');
  expect(clauseSentence('Is it there?')).toBe('Is it there?');
  expect(clauseSentence('')).toBe('');
  expect(clauseSentence('x'.repeat(1_000))).toHaveLength(400);
});
