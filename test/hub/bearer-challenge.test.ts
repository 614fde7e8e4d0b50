import { describe, expect, test } from 'vitest';
import { findBearerChallenge, parseChallenges } from '../../src/hub/bearer-challenge.ts';

describe('parseChallenges()', () => {
  // what is read | the header | scheme and parameters of each challenge in it
  test.each([
    ['nothing from an empty header', '', []],
    ['a lone scheme', 'Negotiate', [['negotiate', {}]]],
    [
      "Docker's challenge of 2026-07-15",
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:ai/smollm2:pull"',
      [
        [
          'bearer',
          {
            realm: 'https://auth.docker.io/token',
            service: 'registry.docker.io',
            scope: 'repository:ai/smollm2:pull',
          },
        ],
      ],
    ],
    ['a comma in a quoted string', 'Bearer scope="a:pull,push"', [['bearer', { scope: 'a:pull,push' }]]],
    ['escaped quotes and backslashes', String.raw`Basic realm="a\"b\\c"`, [['basic', { realm: 'a"b\\c' }]]],
    ['values without quotes', 'Bearer error=invalid_token', [['bearer', { error: 'invalid_token' }]]],
    ['white space around = and commas', 'Bearer a = "1" ,\tb= 2', [['bearer', { a: '1', b: '2' }]]],
    ['names in any case, in lower case', 'BEARER Realm="X"', [['bearer', { realm: 'X' }]]],
    ['the first of a repeated parameter', 'Bearer a=1, A=2', [['bearer', { a: '1' }]]],
    [
      'several challenges',
      'Basic realm="Hub", Bearer realm="https://a/t", service="s"',
      [
        ['basic', { realm: 'Hub' }],
        ['bearer', { realm: 'https://a/t', service: 's' }],
      ],
    ],
    [
      'a challenge after a lone scheme, and after one with token68',
      'Negotiate, NTLM TlRMTVNTUAAB==, Bearer realm=x',
      [
        ['negotiate', {}],
        ['ntlm', {}],
        ['bearer', { realm: 'x' }],
      ],
    ],
    ['empty list elements', ', ,Bearer a=1,,b=2,', [['bearer', { a: '1', b: '2' }]]],
    ['what stands before a quote that never ends', 'Bearer a=1, b="oops', [['bearer', { a: '1' }]]],
    ['no parameter without a scheme', 'realm="https://evil.example"', []],
  ])('reads %s', (_, header, expected) => {
    const challenges = parseChallenges(header);

    expect(challenges.map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)])).toEqual(
      expected,
    );
  });
});

describe('findBearerChallenge()', () => {
  test('returns realm, service, scope and error', () => {
    const header =
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:ratelimitpreview/test:pull",error="invalid_token"';

    expect(findBearerChallenge(header)).toEqual({
      realm: new URL('https://auth.docker.io/token'),
      service: 'registry.docker.io',
      scope: 'repository:ratelimitpreview/test:pull',
      error: 'invalid_token',
    });
  });

  test('ignores other schemes and realms that are no URL', () => {
    const header = 'Basic realm="Hub", Bearer realm="not a url", Bearer realm="https://auth.docker.io/token"';

    expect(findBearerChallenge(header)?.realm.href).toBe('https://auth.docker.io/token');
  });

  test.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['no Bearer challenge', 'Basic realm="Hub"'],
    ['no realm', 'Bearer service="registry.docker.io"'],
    ['a relative realm', 'Bearer realm="/token"'],
  ])('finds nothing in %s', (_, header) => {
    expect(findBearerChallenge(header)).toBeUndefined();
  });
});
