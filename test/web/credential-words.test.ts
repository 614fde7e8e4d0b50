import { describe, expect, test } from 'vitest';
import { takeSnapshot } from '../../src/domain/credential-snapshot.ts';
import { FAILURE_REASONS, FAILURES } from '../../src/domain/failure.ts';
import { parseSource } from '../../src/domain/rate-limit.ts';
import type { Reading } from '../../src/domain/reading.ts';
import { Secret } from '../../src/kit/secret.ts';
import { describeRoute, describeSource, problemsOf } from '../../src/web/credential-words.ts';
import { failure, metered, NOW, stateAfter } from './states.ts';

function problems(...readings: Reading[]) {
  return problemsOf(takeSnapshot(stateAfter('a', readings), NOW));
}

describe('problemsOf()', () => {
  test.each(FAILURE_REASONS)('shows meaning, advice and details of %s', (reason) => {
    expect(problems(failure(reason, 'Seen'))).toEqual([{ ...FAILURES[reason], detail: 'Seen' }]);
  });

  // kind of block, pause in seconds, the detail
  test.each([
    ['abuse', 60, 'Docker Hub asks to wait 1 minute'],
    ['login', 600, 'Docker Hub asks to wait 10 minutes'],
    ['login', undefined, undefined],
  ] as const)(
    'shows how long a block by %s with a pause of %s lasts',
    (reason, retryAfterSeconds, detail) => {
      expect(problems({ kind: 'blocked', reason, retryAfterSeconds })[0]?.detail).toBe(detail);
    },
  );

  test('states within what time pulls come back, if the window is known', () => {
    expect(problems(metered(0, 100))[0]?.advice).toContain('within 6 hours');
    const windowless: Reading = {
      kind: 'metered',
      rateLimit: { limit: 100, remaining: 0, windowSeconds: undefined },
      source: undefined,
    };
    expect(problems(windowless)[0]?.advice).toContain('as the window moves on');
  });

  test('finds nothing wrong with an answer', () => {
    expect(problems(metered(50, 100))).toEqual([]);
  });
});

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

test.each([
  [{}, undefined],
  [{ localAddress: '10.0.0.7' }, 'from 10.0.0.7'],
  [{ ipFamily: 6 }, 'by IPv6'],
  [{ proxyUrl: new Secret('http://user:hidden@proxy:3128'), ipFamily: 4 }, 'through a proxy, by IPv4'],
] as const)('describeRoute() %#', (route, words) => {
  expect(describeRoute(route)).toBe(words);
});
