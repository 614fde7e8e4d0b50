import { expect, test } from 'vitest';
import { countNoun, periodWords, spanWords, toSentence } from '../../src/domain/wording.ts';

test('countNoun() puts the noun into the plural for all but 1', () => {
  expect([0, 1, 5_000].map((count) => countNoun(count, 'pull'))).toEqual([
    '0 pulls',
    '1 pull',
    '5,000 pulls',
  ]);
});

// seconds, as a span, after "every"
test.each([
  [86_400, '1 day', 'day'],
  [3_600, '1 hour', 'hour'],
  [21_600, '6 hours', '6 hours'],
  [5_400, '90 minutes', '90 minutes'],
  [100, '100 seconds', '100 seconds'],
  [1, '1 second', 'second'],
])('%d s are %s, and every %s', (seconds, span, window) => {
  expect([spanWords(seconds), periodWords(seconds)]).toEqual([span, window]);
});

test.each([
  ['the answer was not valid HTTP', 'The answer was not valid HTTP.'],
  ['Check poll.image', 'Check poll.image.'],
  ['Really?', 'Really?'],
  ['  ', ''],
])('toSentence() turns %j into %j', (clause, sentence) => {
  expect(toSentence(clause)).toBe(sentence);
});
