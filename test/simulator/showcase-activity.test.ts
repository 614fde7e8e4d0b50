import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createMemorySpendingStore } from '../../src/history/memory-spending-store.ts';
import { systemTimers } from '../../src/kit/clock.ts';
import { seededRandom } from '../../src/kit/seeded-random.ts';
import { startClusterServer } from '../../src/simulator/kubernetes/cluster-server.ts';
import { createShowcaseActivity, pastAttempts } from '../../src/simulator/showcase-activity.ts';
import { SHOWCASE_CLUSTERS } from '../../src/simulator/showcase-clusters.ts';
import { type Clusters, createClusters } from '../../src/spending/clusters.ts';
import { SILENT_LOG } from '../domain/log-recorder.ts';
import { temporaryFolder } from '../end-to-end/temporary-folder.ts';

const NOW = Date.now();
const PATIENCE = { timeout: 60_000, interval: 50 };
vi.setConfig({ testTimeout: 90_000 });

/** Starts the clusters of the showcase, and what reads them. */
async function watchShowcase() {
  const activity = createShowcaseActivity(NOW, seededRandom(3));
  const server = await startClusterServer(activity.clusters);
  const folder = temporaryFolder().path;
  const store = createMemorySpendingStore();
  const clusters: Clusters = createClusters({
    store,
    onAttempts: () => undefined,
    env: {},
    userAgent: 'headroom/test',
    clock: { now: () => NOW, monotonicMs: () => NOW },
    timers: systemTimers,
    random: () => 0.5,
    log: SILENT_LOG,
  });
  onTestFinished(async () => {
    await clusters.stop();
    await server.stop();
  });
  const kubernetes = SHOWCASE_CLUSTERS.map(({ name, credential }) => {
    const kubeconfigFile = join(folder, name);
    const context = { name, context: { cluster: name } };
    const cluster = { name, cluster: { server: server.urlOf(name) } };
    writeFileSync(
      kubeconfigFile,
      JSON.stringify({ 'current-context': name, contexts: [context], clusters: [cluster] }),
    );
    return {
      name,
      credential,
      kubeconfigFile,
      context: undefined,
      mirrorHosts: [],
      runtime: undefined,
      readPullSecrets: false,
    };
  });
  clusters.apply({ kubernetes, owners: [], credentials: [] });
  return { activity, clusters, store };
}

function pullsOf(store: ReturnType<typeof createMemorySpendingStore>, credential: string) {
  const sums = store.sums({ from: 0, to: NOW * 2, credentials: [credential], slotMs: 60_000 });
  if (!Array.isArray(sums)) throw new Error('Not in memory');
  return sums.reduce((sum, { pulls }) => ({ low: sum.low + pulls.low, high: sum.high + pulls.high }), {
    low: 0,
    high: 0,
  });
}

describe('createShowcaseActivity(), read by Headroom', () => {
  test('12 pods wait since before the showcase began', async () => {
    const { clusters } = await watchShowcase();

    await vi.waitFor(() => {
      const waiting = clusters
        .waiting()
        .map(({ namespace, workload, pods, refusal }) => [namespace, workload, pods, refusal]);
      expect(waiting).toEqual([
        ['shop', 'Deployment/web', 9, 'pull_limit'],
        ['etl', 'Job/load', 3, 'pull_limit'],
      ]);
    }, PATIENCE);
    expect(clusters.waiting()[0]?.since).toBeLessThan(NOW - 50 * 60_000);
    expect(clusters.status().flatMap(({ problems }) => problems)).toEqual([]);
  });

  test('explains the share of the pulls that the cluster spent, within its range', async () => {
    const { activity, store, clusters } = await watchShowcase();
    await vi.waitFor(
      () => expect(clusters.status().every(({ isWatching }) => isWatching)).toBe(true),
      PATIENCE,
    );
    for (let i = 0; i < 5; i += 1) activity.spent('web-team', 40, NOW);
    activity.spent('cluster-a', 100, NOW);
    activity.spent('platform', 1_000, NOW);

    await vi.waitFor(() => {
      const { low, high } = pullsOf(store, 'web-team');
      expect(low).toBeLessThanOrEqual(200 * 0.85);
      expect(high).toBe(200 * 0.85);
      expect(pullsOf(store, 'cluster-a').high).toBe(70);
    }, PATIENCE);
    expect(pullsOf(store, 'platform')).toEqual({ low: 0, high: 0 });
  });
});

describe('pastAttempts()', () => {
  test('explain the share of the past pulls of each cluster, a minute at a time', () => {
    const past = Array.from({ length: 400 }, (_, i) => ({
      credential: 'web-team',
      at: i * 60_000,
      pulls: i % 3,
    }));
    const attempts = pastAttempts(
      [...past, { credential: 'image-scanner', at: 0, pulls: 50 }],
      seededRandom(1),
    );
    const high = attempts.reduce((sum, { pulls }) => sum + pulls.high, 0);

    expect(Math.abs(high - 399 * 0.85)).toBeLessThanOrEqual(2);
    expect(new Set(attempts.map(({ key }) => key)).size).toBe(attempts.length);
    expect(new Set(attempts.map(({ cluster }) => cluster))).toEqual(new Set(['prod']));
  });
});
