import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyOf, formatLabelMatchers, parseLabelMatchers } from '../../../src/domain/history/label-matcher.ts';

describe('parseLabelMatchers()', () => {
  // text, as it is written again
  test.each([
    ['', ''],
    ['job="headroom"', 'job="headroom"'],
    [' job = "headroom" , cluster =~ \'prod.*\' ,', 'job="headroom",cluster=~"prod.*"'],
    ['a!="x",b!~"y|z"', 'a!="x",b!~"y|z"'],
    ['a="",_b1="é, } {"', 'a="",_b1="é, } {"'],
    [String.raw`path="C:\\x\"y\n"`, String.raw`path="C:\\x\"y\n"`],
    [`a='"'`, String.raw`a="\""`],
  ])('reads %j', (text, written) => {
    expect(formatLabelMatchers(parseLabelMatchers(text))).toBe(written);
  });

  // text, from which character on it is not understood
  test.each([
    ['{job="headroom"}', 1],
    ['job=headroom', 1],
    ['job="headroom" cluster="x"', 1],
    ['job="a",', undefined],
    ['job="a",,', 9],
    ['job="a","b"="c"', 9],
    ['job="a"} or up{x="y"', 1],
    ['job="a",x="b', 9],
    [String.raw`job="a\d"`, 1],
    ['1job="a"', 1],
    ['job=="a"', 1],
    ['job="a\nb"', 1],
    [' ', 1],
  ])('%j is not understood from character %j on', (text, position) => {
    if (position === undefined) expect(parseLabelMatchers(text)).toHaveLength(1);
    else
      expect(() => parseLabelMatchers(text)).toThrow(
        new SyntaxError(`Not a label matcher, from character ${position} on`),
      );
  });

  test('refuses what no person writes', () => {
    expect(() => parseLabelMatchers(`a="${'x'.repeat(5_000)}"`)).toThrow('Longer than 4096 characters');
  });

  test('reads back every value that is written', () => {
    const matcher = fc.record({
      label: fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/),
      operator: fc.constantFrom('=', '!=', '=~', '!~'),
      value: fc.string({ maxLength: 30 }),
    });
    fc.assert(
      fc.property(fc.array(matcher, { maxLength: 5 }), (matchers) => {
        expect(parseLabelMatchers(formatLabelMatchers(matchers))).toEqual(matchers);
      }),
    );
  });
});

describe('anyOf()', () => {
  test('matches these texts and nothing else', () => {
    expect(anyOf(['up', 'a.b|c'])).toBe(String.raw`up|a\.b\|c`);
  });
});
