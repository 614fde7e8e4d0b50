import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { AlertJson } from '../../src/web/alerts/api-routes.ts';
import { type RunningHeadroom, startHeadroom, WHEN_ASKED } from '../end-to-end/running-headroom.ts';
import { manualClock } from '../hub/fixtures.ts';
import { freePort, startPrometheus } from '../metrics/prometheus-server.ts';
import { describeAsRootWithProgram, describeWithProgram } from '../requires-program.ts';
import { startContainerd } from './containerd.ts';
import { startRegistryCache } from './registry-cache.ts';

const TIMEOUT_MS = 120_000;
/** The time from one poll to the next, in milliseconds. */
const STEP_MS = 300_000;

/** Starts a server of loopback that answers with a text, and 503 while there is none. Returns its address, and how often it was read. */
async function serveText(text: () => string | Promise<string>): Promise<{ host: string; reads(): number }> {
  let reads = 0;
  const server: Server = createServer(async (_, response) => {
    try {
      response.end(await text());
      reads += 1;
    } catch {
      response.writeHead(503).end();
    }
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, reads: () => reads };
}

/** Returns the value of a series of Headroom; undefined if there is none. */
async function readMetric(headroom: RunningHeadroom, series: string): Promise<number | undefined> {
  const lines = (await (await headroom.get('/metrics')).text()).split('\n');
  const line = lines.find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length));
}

async function leaksOf(headroom: RunningHeadroom): Promise<readonly AlertJson[]> {
  const { alerts } = (await (await headroom.get('/api/v1/alerts')).json()) as { alerts: AlertJson[] };
  return alerts.filter(({ rule, state }) => rule === 'CacheLeak' && state === 'firing');
}

describeAsRootWithProgram(
  ['docker-registry', 'containerd', 'ctr'],
  'docker-registry as a cache with a leak',
  () => {
    test('is quiet while containerd pulls through it, and reported once another one bypasses it', {
      timeout: TIMEOUT_MS,
    }, async () => {
      const debug = `127.0.0.1:${await freePort()}`;
      const metrics = await serveText(async () => (await fetch(`http://${debug}/debug/vars`)).text());
      const clock = manualClock();
      const headroom = await startHeadroom({
        clock,
        settings: () => ({
          poll: { schedule: WHEN_ASKED },
          credentials: [{ name: 'site' }],
          spending: {
            caches: [{ name: 'mirror', metrics_url: `http://${metrics.host}/`, credential: 'site' }],
          },
        }),
      });
      onTestFinished(() => headroom.stop());
      const hub = { url: headroom.place.hubUrl };
      const cache = await startRegistryCache(hub, undefined, Number(debug.split(':')[1]));
      onTestFinished(() => cache.stop());
      const [user, leak] = [await startContainerd(cache.endpoint), await startContainerd(hub)];
      onTestFinished(async () => void (await Promise.all([user.stop(), leak.stop()])));

      /** Lets time pass: polls, and reads the cache, as Headroom does after a reload. */
      async function step(): Promise<void> {
        clock.advance(STEP_MS);
        await headroom.get('/probe?credential=site');
        const before = metrics.reads();
        await headroom.app.reload();
        await vi.waitFor(() => expect(metrics.reads()).toBeGreaterThan(before), { timeout: 30_000 });
      }

      await step();
      await step();
      for (const image of ['nginx', 'redis', 'postgres']) {
        expect(await user.pull(`docker.io/library/${image}:latest`)).toMatchObject({ exitCode: 0 });
      }
      for (let i = 0; i < 6; i += 1) await step();
      const balance = async () => ({
        lost: await readMetric(headroom, 'dockerhub_cache_lost_pulls{cache="mirror",credential="site"}'),
        missed: await readMetric(headroom, 'dockerhub_cache_missed_pulls{cache="mirror",credential="site"}'),
      });
      const pulled = headroom.control.ledger().reduce((sum, { pulls }) => sum + pulls, 0);
      await vi.waitFor(async () => expect((await balance()).lost).toBe(pulled), { timeout: 30_000 });
      expect((await balance()).missed).toBeGreaterThanOrEqual(pulled);
      expect(await leaksOf(headroom)).toEqual([]);

      // A machine with the same address that does not use the cache.
      for (const image of ['node', 'ubuntu', 'alpine', 'nginx', 'redis', 'postgres']) {
        expect(await leak.pull(`docker.io/library/${image}:latest`)).toMatchObject({ exitCode: 0 });
      }
      let leaks: readonly AlertJson[] = [];
      for (let i = 0; i < 12 && leaks.length === 0; i += 1) {
        await step();
        leaks = await leaksOf(headroom);
      }
      expect(leaks).toMatchObject([
        { credentials: ['site'], headline: 'Pulls of 127.0.0.1 bypass the cache' },
      ]);
      const all = headroom.control.ledger().reduce((sum, { pulls }) => sum + pulls, 0);
      expect(await balance()).toMatchObject({ lost: all });
    });
  },
);

describeWithProgram(['prometheus'], 'the metrics of a cache in Prometheus', () => {
  test('are selected by the matcher, and added up over its instances', { timeout: TIMEOUT_MS }, async () => {
    const distribution = (misses: number) => `registry_proxy_requests_total{type="manifest"} ${10 * misses}
registry_proxy_requests_total{type="blob"} 999
registry_proxy_misses_total{type="manifest"} ${misses}
registry_proxy_misses_total{type="blob"} 999
`;
    const [one, two, other] = [
      await serveText(() => distribution(3)),
      await serveText(() => distribution(4)),
      await serveText(() => distribution(500)),
    ];
    const job = (name: string, ...hosts: string[]) =>
      `- { job_name: ${name}, static_configs: [{ targets: ${JSON.stringify(hosts)} }] }\n`;
    const prometheus = await startPrometheus(job('mirror', one.host, two.host) + job('other', other.host));
    onTestFinished(() => prometheus.stop());
    await vi.waitFor(
      async () => expect(await prometheus.query('registry_proxy_misses_total')).toHaveLength(6),
      { timeout: 60_000 },
    );
    const headroom = await startHeadroom({
      settings: () => ({
        history: { backend: 'prometheus', prometheus: { url: prometheus.url } },
        spending: { caches: [{ name: 'hub', matcher: 'job="mirror"', credential: 'anonymous' }] },
      }),
    });
    onTestFinished(() => headroom.stop());

    await vi.waitFor(
      async () =>
        expect([
          await readMetric(headroom, 'dockerhub_cache_manifest_requests_total{cache="hub"}'),
          await readMetric(headroom, 'dockerhub_cache_manifest_misses_total{cache="hub"}'),
        ]).toEqual([70, 7]),
      { timeout: 60_000 },
    );
  });
});
