import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/kit/secret.ts';
import { maskAnswer } from '../../src/notify/mask-answer.ts';

describe('maskAnswer()', () => {
  // what is repeated | the URL | other secrets | the answer | what is shown
  test.each([
    [
      'the path',
      'https://a/services/T0/hunter2x',
      [],
      'Cannot POST /services/T0/hunter2x',
      'Cannot POST <secret>',
    ],
    ['a part of the path', 'https://a/x/hunter2xx/y', [], 'no hook hunter2xx', 'no hook <secret>'],
    [
      'the path as it was before its encoding',
      'https://a/hunter%20twelve',
      [],
      'hunter twelve?',
      '<secret>?',
    ],
    ['the query', 'https://a/x?sig=hunter2xx', [], 'bad hunter2xx', 'bad <secret>'],
    ['the user', 'https://me:hunter2@a/', [], 'no user me with hunter2', 'no user me with <secret>'],
    [
      'a token',
      'https://a/',
      ['Bearer hunter2'],
      'the token hunter2 is revoked',
      'the token <secret> is revoked',
    ],
    ['nothing', 'https://a/api/v2', ['abc'], 'ok api v2 abc', 'ok api v2 abc'],
  ])('hides %s', (_, url, secrets, answer, shown) => {
    const mask = maskAnswer(
      new URL(url),
      secrets.map((text) => new Secret(text)),
    );

    expect(mask(answer)).toBe(shown);
  });

  test('makes one short line of a page', () => {
    const mask = maskAnswer(new URL('https://a/'), []);

    expect(mask(`<html>\n\u0000<p>${'x'.repeat(1_000)}`)).toMatch(/^<html> <p>x{100,200}…$/);
  });
});
