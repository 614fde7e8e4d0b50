import { expect, test } from 'vitest';
import { Secret } from '../../src/kit/secret.ts';
import { describeRoute } from '../../src/web/route-words.ts';

test.each([
  [{}, undefined],
  [{ localAddress: '10.0.0.7' }, 'from 10.0.0.7'],
  [{ ipFamily: 6 }, 'by IPv6'],
  [{ proxyUrl: new Secret('http://user:hidden@proxy:3128'), ipFamily: 4 }, 'through a proxy, by IPv4'],
] as const)('describeRoute() %#', (route, words) => {
  expect(describeRoute(route)).toBe(words);
});
