import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { evaluateCacheLeak } from '../../src/domain/alerts/rules/spending.ts';
import { createCacheWatch } from '../../src/spending/cache-watch.ts';
import { snapshotWith } from '../domain/alerts/snapshots.ts';
import { SILENT_LOG } from '../domain/log-recorder.ts';
import { describeWithProgram } from '../requires-program.ts';
import { startRegistryCache } from './registry-cache.ts';
import { startSimulatedHub } from './simulated-hub.ts';

const MINUTE_MS = 60_000;
const ADDRESS = { source: '127.0.0.1' };
const INDEX = { headers: { accept: 'application/vnd.oci.image.index.v1+json' } };

/** Returns a port of loopback that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

describeWithProgram(['docker-registry'], 'docker-registry as a cache with a leak', () => {
  test('is quiet while all pulls go through it, and reported once others bypass it', async () => {
    const hub = await startSimulatedHub({ scheme: 'http' });
    const debugPort = await freePort();
    const cache = await startRegistryCache(hub.endpoint, undefined, debugPort);
    onTestFinished(async () => {
      await cache.stop();
      await hub.stop();
    });
    let now = Date.UTC(2026, 10, 29, 9);
    const full = hub.control.remaining(ADDRESS) ?? 0;
    const watch = createCacheWatch({
      readMetrics: async () => (await fetch(`http://127.0.0.1:${debugPort}/debug/vars`)).text(),
      lossOf: async () => full - (hub.control.remaining(ADDRESS) ?? 0),
      clock: { now: () => now },
      every: () => () => undefined,
      log: SILENT_LOG,
    });
    onTestFinished(() => watch.stop());
    watch.apply([
      { name: 'mirror', metricsUrl: new URL('http://mirror'), matchers: undefined, credential: 'ci' },
    ]);
    await watch.scrape();
    const evaluate = async () => {
      now += 10 * MINUTE_MS;
      await watch.scrape();
      return evaluateCacheLeak([snapshotWith({ name: 'ci' })], watch.status(), { isExhausted: false, now });
    };

    for (const image of ['nginx', 'redis', 'nginx', 'nginx']) {
      const { status } = await fetch(`${cache.endpoint.url}/v2/library/${image}/manifests/latest`, INDEX);
      expect(status).toBe(200);
    }
    expect((await evaluate()).verdict).toBe('clear');
    expect(watch.status()).toMatchObject([{ requests: 4, misses: 2, balance: { missed: 2, lost: 2 } }]);

    // The leak: a machine with the same address that does not use the cache.
    hub.control.spend({ ...ADDRESS, pulls: 20 });
    expect(await evaluate()).toMatchObject({
      verdict: 'holds',
      facts: { cache: { names: ['mirror'], lost: 22, missed: 2 } },
    });
  });
});
