import { describe, expect, test } from 'vitest';
import type { CacheConfig } from '../../src/domain/spending/spending-config.ts';
import { createCacheWatch } from '../../src/spending/cache-watch.ts';
import { createLogRecorder } from '../domain/log-recorder.ts';

const MINUTE_MS = 60_000;
const START = Date.UTC(2026, 10, 29, 9);
const MIRROR: CacheConfig = {
  name: 'mirror',
  metricsUrl: new URL('http://mirror:5001/metrics'),
  matchers: undefined,
  credential: 'ci',
};

/** A cache whose counters and bucket a test sets. The bucket loses `lossPerMinute` from the start on. */
function createWorld() {
  const { log, texts } = createLogRecorder();
  const world = { now: START, misses: 0, requests: 0, lossPerMinute: 0 as number | undefined, fails: false };
  let scrapes = 0;
  const watch = createCacheWatch({
    async readMetrics() {
      scrapes += 1;
      if (world.fails) throw new Error('mirror:5001 answers 503');
      return `registry_proxy_misses_total{type="manifest"} ${world.misses}\nregistry_proxy_requests_total{type="manifest"} ${world.requests}\n`;
    },
    lossOf: async (_, from, to) =>
      world.lossPerMinute === undefined ? undefined : ((to - from) / MINUTE_MS) * world.lossPerMinute,
    clock: { now: () => world.now },
    every: () => () => undefined,
    log,
  });
  return {
    world,
    watch,
    texts,
    scrapes: () => scrapes,
    /** Lets minutes pass with so many misses in each, and scrapes after each. */
    async pass(minutes: number, missesPerMinute = 0) {
      for (let i = 0; i < minutes; i += 1) {
        world.now += MINUTE_MS;
        world.misses += missesPerMinute;
        world.requests += 10;
        await watch.scrape();
      }
    },
    balance: () => watch.status()[0]?.balance,
  };
}

describe('createCacheWatch()', () => {
  test('compares the loss of the bucket with the misses of the last hour', async () => {
    const { world, watch, pass, balance } = createWorld();
    watch.apply([MIRROR]);
    await watch.scrape();
    world.lossPerMinute = 2;
    await pass(9, 2);
    expect(watch.status()).toEqual([
      { name: 'mirror', credential: 'ci', requests: 90, misses: 18, balance: undefined },
    ]);
    await pass(81, 2);
    const { from = 0, to = 0, lost, missed = 0 } = balance() ?? {};
    expect({ from, to, lost }).toEqual({
      from: START + 30 * MINUTE_MS,
      to: START + 90 * MINUTE_MS,
      lost: 120,
    });
    // A minute more on the side of the misses, so that a pull and its miss are not torn apart.
    expect(missed).toBe(122);
  });

  test('goes on counting when the cache restarts', async () => {
    const { world, watch, pass } = createWorld();
    watch.apply([MIRROR]);
    await watch.scrape();
    await pass(5, 3);
    world.misses = 0;
    world.requests = 0;
    await pass(5, 3);
    expect(watch.status()).toMatchObject([{ misses: 30, requests: 100 }]);
  });

  test('knows no balance while the metrics or the bucket cannot be read, and logs a problem once', async () => {
    const { world, watch, pass, balance, texts } = createWorld();
    watch.apply([MIRROR]);
    await watch.scrape();
    await pass(20, 1);
    expect(balance()).toBeDefined();
    world.fails = true;
    await pass(3);
    expect(balance()).toBeUndefined();
    expect(watch.status()).toMatchObject([{ misses: 20 }]);
    expect(texts()).toEqual([
      'warn: The metrics of a cache cannot be read {"cache":"mirror","problem":"mirror:5001 answers 503"}',
    ]);
    world.fails = false;
    world.lossPerMinute = undefined;
    await pass(1);
    expect(balance()).toBeUndefined();
  });

  test('keeps its samples over a reload, and starts anew for a changed cache', async () => {
    const { watch, pass, balance } = createWorld();
    watch.apply([MIRROR]);
    await watch.scrape();
    await pass(20, 1);
    watch.apply([MIRROR, { ...MIRROR, name: 'second' }]);
    expect(balance()).toBeDefined();
    await watch.scrape();
    expect(watch.status().map(({ name, balance: one }) => [name, one !== undefined])).toEqual([
      ['mirror', true],
      ['second', false],
    ]);
    watch.apply([]);
    expect(watch.status()).toEqual([]);
  });
});
