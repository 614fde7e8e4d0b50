import { expect, test } from 'vitest';
import { toSentence } from '../../src/domain/sentence.ts';

test.each([
  ['the answer was not valid HTTP', 'The answer was not valid HTTP.'],
  ['Check poll.image', 'Check poll.image.'],
  ['Really?', 'Really?'],
  ['  ', ''],
])('toSentence() turns %j into %j', (clause, sentence) => {
  expect(toSentence(clause)).toBe(sentence);
});
