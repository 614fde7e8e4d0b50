/** Reads the events and pods of an API server with the module of Headroom and a history file. Arguments: the port, an empty folder. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemTimers } from '../../src/kit/clock.ts';
import { createAttemptCounters } from '../../src/spending/attempt-counters.ts';
import { createClusters } from '../../src/spending/clusters.ts';
import { openHistory } from '../history/credentials.ts';
import { silentLog } from '../silent-log.ts';
import { answerReadings } from './event-readings.ts';

const WRITE_EVERY_MS = 1_000;
const [port = '', folder = ''] = process.argv.slice(2);
const server = `http://127.0.0.1:${port}`;

async function readWithHeadroom(): Promise<() => Promise<number>> {
  const clock = { now: Date.now, monotonicMs: () => performance.now() };
  const { history, tick } = openHistory(join(folder, 'headroom.db'), ['nodes'], clock);
  setInterval(tick, WRITE_EVERY_MS);
  const kubeconfigFile = join(folder, 'kubeconfig');
  writeFileSync(
    kubeconfigFile,
    JSON.stringify({
      'current-context': 'c',
      clusters: [{ name: 'c', cluster: { server } }],
      contexts: [{ name: 'c', context: { cluster: 'c' } }],
    }),
  );
  const counters = createAttemptCounters();
  const clusters = createClusters({
    store: history.spending,
    onAttempts: (attempts) => counters.add(attempts),
    env: {},
    userAgent: 'headroom-bench',
    clock,
    timers: systemTimers,
    random: Math.random,
    log: silentLog,
  });
  const cluster = { name: 'c', context: undefined, credential: 'nodes', readPullSecrets: false };
  clusters.apply({
    kubernetes: [{ ...cluster, kubeconfigFile, mirrorHosts: [], runtime: undefined }],
    owners: [],
    credentials: [],
  });
  while (!clusters.status()[0]?.isWatching) await new Promise((resolve) => setTimeout(resolve, 50));
  return async () => {
    tick();
    const range = { from: 0, to: Date.now() + 1_000, credentials: ['nodes'], slotMs: 300_000 };
    const sums = await history.spending.sums(range);
    // Each attempt that has ended was read from two events: one alone has no certain price.
    const attempts = sums.reduce((sum, one) => sum + one.attempts, 0);
    const counted = history.spending.countedEvents('c', 0).length;
    return Math.min(2 * attempts, counted);
  };
}

answerReadings(await readWithHeadroom());
