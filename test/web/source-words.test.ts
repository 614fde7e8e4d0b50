import { describe, expect, test } from 'vitest';
import { parseSource } from '../../src/domain/rate-limit.ts';
import { describeSource } from '../../src/web/source-words.ts';

function describeHeader(header: string, names = ['ci']) {
  const source = parseSource(header);
  return source && describeSource(source, 'ci', names);
}

describe('describeSource()', () => {
  test.each([
    ['192.0.2.1', 'IPv4 address'],
    ['2001:db8:801:2000::', 'IPv6 prefix'],
    ['2001:db8::1', 'IPv6 address'],
    ['186e63fa-abf0-4deb-a711-0dbd34c4a821', 'account'],
    ['acmeci', 'account'],
  ])('calls %s an %s', (header, kind) => {
    expect(describeHeader(header)?.kind).toBe(kind);
  });

  // all credentials on the source, what is said
  test.each([
    [['ci'], undefined],
    [['ci', 'web'], 'Shared with web'],
    [['a', 'ci', 'b'], 'Shared with a and b'],
    [['a', 'b', 'c', 'd', 'ci'], 'Shared with a, b, c and 1 more'],
    [['ci', 'b', 'c', 'd', 'e'], 'Shared with b, c, d and 1 more'],
  ])('names who else draws on it: %j', (names, words) => {
    expect(describeHeader('192.0.2.1', names)?.sharedWith).toBe(words);
  });
});
