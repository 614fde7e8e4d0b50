import { describe, expect, onTestFinished, test } from 'vitest';
import type { Route } from '../../src/domain/route.ts';
import { Secret } from '../../src/domain/secret.ts';
import { createWaysOut } from '../../src/hub/ways-out.ts';

const ANCHORS = { version: '1', context: undefined };

function waysOut() {
  const ways = createWaysOut({ httpProxy: '', httpsProxy: '', noProxy: '' });
  onTestFinished(() => ways.close());
  return ways;
}

describe('take()', () => {
  test('gives the same way out for the same route', () => {
    const ways = waysOut();
    const route = (): Route => ({
      localAddress: '10.0.0.7',
      ipFamily: 4,
      proxyUrl: new Secret('http://proxy:3128'),
    });

    expect(ways.take(route(), ANCHORS)).toBe(ways.take(route(), ANCHORS));
  });

  test('gives another for every difference', () => {
    const ways = waysOut();
    const routes: Route[] = [
      {},
      { ipFamily: 4 },
      { ipFamily: 6 },
      { localAddress: '10.0.0.7' },
      { localAddress: '10.0.0.8' },
      { proxyUrl: new Secret('http://proxy:3128') },
      { proxyUrl: new Secret('http://user:password@proxy:3128') },
    ];

    const taken = [
      ...routes.map((route) => ways.take(route, ANCHORS)),
      ways.take({}, { ...ANCHORS, version: '2' }),
    ];

    expect(new Set(taken).size).toBe(routes.length + 1);
  });

  test('closes the one unused for longest when there are too many', () => {
    const ways = waysOut();
    const route = (i: number): Route => ({ localAddress: `10.0.${i >> 8}.${i & 255}` });
    const first = ways.take(route(0), ANCHORS);
    const second = ways.take(route(1), ANCHORS);
    for (let i = 2; i < 1_024; i += 1) ways.take(route(i), ANCHORS);
    ways.take(route(0), ANCHORS);
    ways.take(route(1_024), ANCHORS);

    expect(ways.take(route(0), ANCHORS)).toBe(first);
    expect(ways.take(route(1), ANCHORS)).not.toBe(second);
  });
});
