import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  parseRateLimit,
  parseSource,
  type RateLimitHeaders,
  readRateLimitHeaders,
  type SourceKind,
} from '../../src/domain/rate-limit.ts';

describe('parseSource()', () => {
  test.each<{ header: string; kind: SourceKind; seen: string }>([
    { header: '192.0.2.1', kind: 'ipv4', seen: 'anonymous' },
    { header: '0.0.0.0', kind: 'ipv4', seen: 'lowest' },
    { header: '255.255.255.255', kind: 'ipv4', seen: 'highest' },
    { header: '2001:41d0:801:2000::', kind: 'ipv6', seen: 'a /64 prefix' },
    { header: '2a01:7e00::', kind: 'ipv6', seen: 'a /32 prefix' },
    { header: '2001:DB8::1', kind: 'ipv6', seen: 'upper case' },
    { header: '::ffff:192.0.2.1', kind: 'ipv6', seen: 'an IPv4 address in it' },
    { header: '186e63fa-abf0-4deb-a711-0dbd34c4a821', kind: 'account', seen: '2021 to 2025' },
    { header: 'exampleuser', kind: 'account', seen: '2026' },
    { header: 'acme4ci', kind: 'account', seen: 'digits in it' },
    { header: '4711', kind: 'account', seen: 'only digits' },
    { header: 'cafe', kind: 'account', seen: 'only hexadecimal digits' },
    { header: '256.0.0.1', kind: 'account', seen: 'not an address' },
    { header: '192.0.2', kind: 'account', seen: 'three numbers' },
  ])('treats "$header" ($seen) as $kind', ({ header, kind }) => {
    expect(parseSource(header)).toEqual({ value: header, kind });
  });

  test.each([undefined, '', '  '])('returns no source for %j', (header) => {
    expect(parseSource(header)).toBeUndefined();
  });

  test('removes white space around it', () => {
    expect(parseSource(' 192.0.2.1\t')).toEqual({ value: '192.0.2.1', kind: 'ipv4' });
  });

  test('keeps no more than 255 characters', () => {
    expect(parseSource('a'.repeat(10_000))?.value).toBe('a'.repeat(255));
  });

  test('recognizes each IPv4 and each IPv6 address', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV6(), (v4, v6) => {
        expect(parseSource(v4)?.kind).toBe('ipv4');
        expect(parseSource(v6)?.kind).toBe('ipv6');
      }),
    );
  });

  test('never treats a Docker ID or a UUID as an address', () => {
    const dockerId = fc.stringMatching(/^[a-z0-9]{4,30}$/);
    fc.assert(
      fc.property(fc.oneof(dockerId, fc.uuid()), (name) => {
        expect(parseSource(name)?.kind).toBe('account');
      }),
    );
  });
});

describe('parseRateLimit()', () => {
  test.each<{ header: string; pulls: number; windowSeconds: number | undefined; seen: string }>([
    { header: '100;w=21600', pulls: 100, windowSeconds: 21_600, seen: '2020 to April 2026' },
    { header: '200;w=3600', pulls: 200, windowSeconds: 3_600, seen: 'since July 2026' },
    { header: '0;w=21600', pulls: 0, windowSeconds: 21_600, seen: 'exhausted' },
    { header: '100', pulls: 100, windowSeconds: undefined, seen: 'no window' },
    { header: '3000, 3000;w=60', pulls: 3_000, windowSeconds: 60, seen: 'the authentication host' },
    { header: '100;w=21600, 10;w=60', pulls: 100, windowSeconds: 21_600, seen: 'two policies' },
    { header: '100;w=21600, 100;w=21600', pulls: 100, windowSeconds: 21_600, seen: 'a header sent twice' },
    { header: '-534;w=60', pulls: -534, windowSeconds: 60, seen: 'on hub.docker.com' },
    { header: ' 100 ; W=21600 ', pulls: 100, windowSeconds: 21_600, seen: 'white space, upper case' },
    { header: '100;comment="x";w=3600', pulls: 100, windowSeconds: 3_600, seen: 'another parameter' },
    { header: '100;w=', pulls: 100, windowSeconds: undefined, seen: 'an empty window' },
    { header: '100;w=1', pulls: 100, windowSeconds: 1, seen: 'the shortest window' },
    { header: '100;w=2678400', pulls: 100, windowSeconds: 2_678_400, seen: 'the longest window' },
    { header: '10000000000;w=60', pulls: 10_000_000_000, windowSeconds: 60, seen: 'the largest limit' },
    { header: '007', pulls: 7, windowSeconds: undefined, seen: 'leading zeros' },
    { header: '-0;w=3600', pulls: 0, windowSeconds: 3_600, seen: 'a negative zero' },
  ])('reads "$header" ($seen)', ({ header, pulls, windowSeconds }) => {
    expect(parseRateLimit(header)).toEqual({ pulls, windowSeconds });
  });

  test.each<{ header: string; seen: string }>([
    { header: '100;w=21600000000000', seen: 'milliseconds, and some zeros' },
    { header: '100;w=2678401', seen: 'a second more than 31 days' },
    { header: '100;w=0', seen: 'a window of nothing' },
    { header: '100;w=-60', seen: 'a negative window' },
    { header: '100;w=1e3', seen: 'no digits' },
    { header: '100;w=6h', seen: 'a unit' },
    { header: `100;w=${'9'.repeat(30)}`, seen: 'a window too long to be a number' },
    { header: '100;w=NaN', seen: 'a word' },
  ])('does not believe the window of "$header" ($seen)', ({ header }) => {
    expect(parseRateLimit(header)).toEqual({
      pulls: 100,
      windowSeconds: undefined,
      windowDoubt: `The stated window is not 1 second to 31 days: ${JSON.stringify(header)}`,
    });
  });

  test.each<{ header: string; message: string }>([
    {
      header: '10000000001',
      message: 'Rate limit is out of range (-10,000,000,000 to 10,000,000,000 pulls): "10000000001"',
    },
    {
      header: '-9007199254740991;w=60',
      message:
        'Rate limit is out of range (-10,000,000,000 to 10,000,000,000 pulls): "-9007199254740991;w=60"',
    },
    { header: '', message: 'Rate limit has no number: ""' },
    { header: ' ', message: 'Rate limit has no number: " "' },
    { header: ';w=21600', message: 'Rate limit has no number: ";w=21600"' },
    { header: ', 100', message: 'Rate limit has no number: ", 100"' },
    { header: 'abc;w=60', message: 'Rate limit is not a whole number: "abc;w=60"' },
    { header: '1e3', message: 'Rate limit is not a whole number: "1e3"' },
    { header: '+100', message: 'Rate limit is not a whole number: "+100"' },
    { header: '100.5', message: 'Rate limit is not a whole number: "100.5"' },
    { header: '0x64', message: 'Rate limit is not a whole number: "0x64"' },
    { header: '1 00', message: 'Rate limit is not a whole number: "1 00"' },
    { header: 'Infinity', message: 'Rate limit is not a whole number: "Infinity"' },
    { header: '9007199254740993', message: 'Rate limit is not a whole number: "9007199254740993"' },
  ])('rejects "$header"', ({ header, message }) => {
    expect(() => parseRateLimit(header)).toThrow(new SyntaxError(message));
  });

  test('repeats no more than 64 characters of a bad header', () => {
    expect(() => parseRateLimit('x'.repeat(10_000))).toThrow(`"${'x'.repeat(64)}…"`);
  });

  test('gives whole numbers, never -0, or throws SyntaxError', () => {
    const pieces = fc.constantFrom(
      '100',
      '-0',
      '0',
      '-5',
      ';',
      ',',
      'w=',
      '3600',
      ' ',
      'W=',
      'x',
      '9'.repeat(20),
    );
    const headers = fc.oneof(
      fc.string(),
      fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(headers, (header) => {
        try {
          const { pulls, windowSeconds } = parseRateLimit(header);
          expect(Number.isSafeInteger(pulls)).toBe(true);
          expect(Object.is(pulls, -0)).toBe(false);
          if (windowSeconds !== undefined) expect(windowSeconds).toBeGreaterThan(0);
          if (windowSeconds !== undefined) expect(Number.isSafeInteger(windowSeconds)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('reads back what was written by the grammar', () => {
    const space = fc.constantFrom('', ' ', '\t');
    fc.assert(
      fc.property(
        fc.integer({ min: -1e9, max: 1e9 }),
        fc.integer({ min: 1, max: 2_678_400 }),
        space,
        (pulls, windowSeconds, white) => {
          // fast-check's integers include -0, which no hub means.
          const expected = { pulls: pulls + 0, windowSeconds };
          const header = `${white}${pulls}${white};${white}w=${windowSeconds}${white}`;
          expect(parseRateLimit(header)).toEqual(expected);
          expect(parseRateLimit(`${header}, 7;w=1`)).toEqual(expected);
        },
      ),
    );
  });
});

describe('readRateLimitHeaders()', () => {
  const PRESENT: RateLimitHeaders = {
    kind: 'present',
    rateLimit: { limit: 100, remaining: 76, windowSeconds: 3_600 },
  };

  test.each<{ criterion: string; headers: Record<string, string>; expected: RateLimitHeaders }>([
    { criterion: 'says that there are none', headers: {}, expected: { kind: 'absent' } },
    {
      criterion: 'reads the spelling of 2020 to 2026',
      headers: { 'ratelimit-limit': '100;w=3600', 'ratelimit-remaining': '76;w=3600' },
      expected: PRESENT,
    },
    {
      criterion: 'reads the spelling that a 429 of August 2026 had',
      headers: { 'x-ratelimit-limit': '100;w=3600', 'x-ratelimit-remaining': '76;w=3600' },
      expected: PRESENT,
    },
    {
      criterion: 'prefers the former where both disagree',
      headers: {
        'x-ratelimit-limit': '3000, 3000;w=60',
        'x-ratelimit-remaining': '2999',
        'ratelimit-limit': '100;w=3600',
        'ratelimit-remaining': '76;w=3600',
      },
      expected: PRESENT,
    },
    {
      criterion: 'never makes a limit of one half of each spelling',
      headers: {
        'ratelimit-limit': '100;w=3600',
        'x-ratelimit-remaining': '2999',
      },
      expected: { kind: 'invalid', detail: 'ratelimit-limit came without ratelimit-remaining' },
    },
    {
      criterion: 'takes the complete spelling where the other is half',
      headers: {
        'ratelimit-limit': '7;w=60',
        'x-ratelimit-limit': '100;w=3600',
        'x-ratelimit-remaining': '76;w=3600',
      },
      expected: PRESENT,
    },
    {
      criterion: 'refuses a limit without the rest',
      headers: { 'ratelimit-limit': '100;w=3600' },
      expected: { kind: 'invalid', detail: 'ratelimit-limit came without ratelimit-remaining' },
    },
    {
      criterion: 'refuses the rest without a limit',
      headers: { 'ratelimit-remaining': '76;w=3600' },
      expected: { kind: 'invalid', detail: 'ratelimit-remaining came without ratelimit-limit' },
    },
    {
      criterion: 'names the spelling that it refuses',
      headers: { 'x-ratelimit-remaining': '76;w=3600' },
      expected: { kind: 'invalid', detail: 'x-ratelimit-remaining came without x-ratelimit-limit' },
    },
    {
      criterion: 'refuses the empty numbers of March 2021',
      headers: { 'ratelimit-limit': ';w=21600', 'ratelimit-remaining': ';w=21600' },
      expected: { kind: 'invalid', detail: 'Rate limit has no number: ";w=21600"' },
    },
    {
      criterion: 'refuses an empty header',
      headers: { 'ratelimit-limit': '100;w=3600', 'ratelimit-remaining': '' },
      expected: { kind: 'invalid', detail: 'Rate limit has no number: ""' },
    },
    {
      criterion: 'refuses a negative limit',
      headers: { 'ratelimit-limit': '-1', 'ratelimit-remaining': '0' },
      expected: { kind: 'invalid', detail: 'ratelimit-limit is negative: "-1"' },
    },
    {
      criterion: 'accepts a negative rest, and more left than allowed',
      headers: { 'ratelimit-limit': '100', 'ratelimit-remaining': '-3' },
      expected: { kind: 'present', rateLimit: { limit: 100, remaining: -3, windowSeconds: undefined } },
    },
    {
      criterion: 'takes the window from the rest where the limit has none',
      headers: { 'ratelimit-limit': '100', 'ratelimit-remaining': '76;w=3600' },
      expected: PRESENT,
    },
    {
      criterion: 'keeps the numbers where the window is impossible, and says so',
      headers: { 'ratelimit-limit': '100;w=21600000000000', 'ratelimit-remaining': '76;w=21600000000000' },
      expected: {
        kind: 'present',
        rateLimit: {
          limit: 100,
          remaining: 76,
          windowSeconds: undefined,
          windowDoubt: 'The stated window is not 1 second to 31 days: "100;w=21600000000000"',
        },
      },
    },
    {
      criterion: 'takes the window of the rest where that of the limit is impossible',
      headers: { 'ratelimit-limit': '100;w=0', 'ratelimit-remaining': '76;w=3600' },
      expected: {
        kind: 'present',
        rateLimit: {
          limit: 100,
          remaining: 76,
          windowSeconds: 3_600,
          windowDoubt: 'The stated window is not 1 second to 31 days: "100;w=0"',
        },
      },
    },
  ])('$criterion', ({ headers, expected }) => {
    expect(readRateLimitHeaders((name) => headers[name])).toEqual(expected);
  });

  test('never throws', () => {
    const value = fc.option(fc.oneof(fc.string(), fc.stringMatching(/^-?\d{0,20}(;w=\d{0,20})?$/)), {
      nil: undefined,
    });
    fc.assert(
      fc.property(value, value, value, value, (a, b, c, d) => {
        const headers: Record<string, string | undefined> = {
          'ratelimit-limit': a,
          'ratelimit-remaining': b,
          'x-ratelimit-limit': c,
          'x-ratelimit-remaining': d,
        };
        const read = readRateLimitHeaders((name) => headers[name]);
        expect(read.kind).toMatch(/^(absent|invalid|present)$/);
        expect(read.kind === 'absent').toBe([a, b, c, d].every((header) => header === undefined));
      }),
    );
  });
});
