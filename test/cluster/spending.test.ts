import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { SimulatorControl } from '../../src/simulator/control.ts';
import type { SpendingJson } from '../../src/web/spending/api-routes.ts';
import { type RunningHeadroom, startHeadroom } from '../end-to-end/running-headroom.ts';
import { describeAsRootWithRareProgram } from '../requires-program.ts';
import { CLUSTER_PROGRAMS, type Kubernetes, startKubernetes } from './kubernetes.ts';
import { eventually } from './service.ts';
import {
  countEvents,
  createDaemonSet,
  createJob,
  deleteWorkloads,
  podsOf,
  whenRunning,
} from './workloads.ts';

const NODES = 6;
/** The nodes are on this machine. */
const HERE = { source: '127.0.0.1' };
/** What an image of the simulated hub with an index costs a node without images: index and manifest. */
const COLD = 2;
const EACH_SECOND = '* * * * * *';
const TIMEOUT_MS = 240_000;

/** The state of a container, as far as it is read. */
interface ContainerState {
  readonly running?: object;
  readonly waiting?: { readonly message?: string };
}

/** A Headroom that watches the cluster, with the hub that the nodes pull from. */
async function startWatching(kubernetes: Kubernetes, prepare?: (control: SimulatorControl) => void) {
  const headroom = await startHeadroom({
    settings: () => ({
      credentials: [{ name: 'nodes', schedule: EACH_SECOND, jitter: '0s' }],
      spending: {
        kubernetes: [{ name: 'test', kubeconfig_file: kubernetes.kubeconfig, credential: 'nodes' }],
      },
    }),
    ...(prepare && { prepare }),
  });
  onTestFinished(() => headroom.stop());
  kubernetes.useHub(headroom.place.hubUrl);
  await eventually(async () => {
    const text = await (await headroom.get('/metrics')).text();
    if (!/^dockerhub_up\{credential="nodes"\} 1$/m.test(text)) throw new Error('The hub was not polled yet');
  });
  return headroom;
}

/** Deletes the workloads of a namespace when the test is over, before its hub ends. */
function cleanUp(kubernetes: Kubernetes, ...namespaces: readonly string[]): void {
  for (const namespace of namespaces) onTestFinished(() => deleteWorkloads(kubernetes, namespace));
}

/** Returns who spent the pulls of the bucket by namespace, image and node. */
async function explain(headroom: RunningHeadroom): Promise<SpendingJson> {
  const answer = await headroom.get('/api/v1/spending?by=namespace,image,node,workload');
  return (await answer.json()) as SpendingJson;
}

/**
 * Waits until Headroom has counted all pulls of a namespace that the API server knows, these have ended, and the bucket was
 * polled after them.
 */
function whenCounted(headroom: RunningHeadroom, kubernetes: Kubernetes, namespace: string) {
  return eventually(async () => {
    const { attempts, ended, refused } = await countEvents(kubernetes, namespace);
    const report = await explain(headroom);
    const rows = report.rows.filter((row) => row.namespace === namespace);
    const sum = (key: 'attempts' | 'refused') => rows.reduce((total, row) => total + row[key], 0);
    const told = { attempts: sum('attempts'), ended, refused: sum('refused'), spent: report.spent };
    expect(told).toEqual({ attempts, ended: attempts, refused, spent: counted(headroom) });
    return { report, rows, attempts, refused };
  });
}

/** The pulls that the hub counted, of a repository or of all. */
function counted(headroom: RunningHeadroom, repository = ''): number {
  return headroom.control
    .ledger()
    .filter(({ path }) => path.startsWith(`/v2/${repository}`))
    .reduce((sum, { pulls }) => sum + pulls, 0);
}

const sumOf = (rows: SpendingJson['rows']) => ({
  low: rows.reduce((sum, { pulls }) => sum + pulls.low, 0),
  high: rows.reduce((sum, { pulls }) => sum + pulls.high, 0),
});

describeAsRootWithRareProgram(CLUSTER_PROGRAMS, `spending on a real Kubernetes with ${NODES} nodes`, () => {
  let kubernetes: Kubernetes;
  beforeAll(async () => {
    kubernetes = await startKubernetes(NODES);
  }, TIMEOUT_MS);
  afterAll(() => kubernetes?.stop(), TIMEOUT_MS);

  test('explains a Job whose pulls are refused in the middle', { timeout: TIMEOUT_MS }, async () => {
    const limit = 20;
    const headroom = await startWatching(kubernetes, (control) => control.setOwnLimit(HERE, { limit }));
    cleanUp(kubernetes, 'seed');
    const images = ['nginx:1.29', 'redis:8', 'postgres:18'];
    await createJob(kubernetes, { namespace: 'seed', name: 'import', images }, NODES);

    // All containers run, or wait because they were refused.
    await eventually(async () => {
      const pods = await podsOf(kubernetes, 'seed');
      const states: readonly ContainerState[][] = pods.map(({ status }) =>
        (status.containerStatuses ?? []).map(({ state }: { state: ContainerState }) => state),
      );
      const isRefused = ({ waiting }: ContainerState) => /\b429\b/.test(waiting?.message ?? '');
      const all = states.flat();
      const settled = all.filter((state) => state.running || isRefused(state)).length;
      expect([settled, all.some(isRefused)]).toEqual([NODES * images.length, true]);
      const { waiting } = await explain(headroom);
      for (const one of waiting)
        expect(one).toMatchObject({ namespace: 'seed', workload: 'Job/import', reason: 'pull_limit' });
      const told = waiting.reduce((sum, { pods: number }) => sum + number, 0);
      expect(told).toBe(states.filter((own) => own.some((state) => state.waiting)).length);
    });
    await deleteWorkloads(kubernetes, 'seed');

    const { report, rows, refused } = await whenCounted(headroom, kubernetes, 'seed');
    expect(refused).toBeGreaterThan(0);
    expect(counted(headroom)).toBe(limit);
    expect(report.spent).toBe(limit);
    for (const name of ['nginx', 'redis', 'postgres']) {
      const own = sumOf(rows.filter(({ image }) => image?.includes(`library/${name}:`)));
      const truth = counted(headroom, `library/${name}/`);
      expect([own.low <= truth, truth <= own.high], `${name}: ${truth} in ${JSON.stringify(own)}`).toEqual([
        true,
        true,
      ]);
    }
    // A row is a range only if the limit ran out between index and manifest.
    const ranges = rows.filter(({ pulls }) => pulls.low !== pulls.high);
    const { items } = await kubernetes.call('GET', '/api/v1/namespaces/seed/events');
    const halves = items.filter(({ message }: { message: string }) =>
      /manifests\/sha256.*429/s.test(message),
    );
    expect(ranges.length).toBeLessThanOrEqual(halves.length);
    expect(report.unexplained).toEqual({
      low: 0,
      high: limit - report.explained.low,
    });
  });

  test('counts nothing for images that the nodes have', { timeout: TIMEOUT_MS }, async () => {
    const headroom = await startWatching(kubernetes);
    cleanUp(kubernetes, 'rollout', 'again');
    const images = ['nginx:alpine', 'alpine:3.22'];
    await createJob(kubernetes, { namespace: 'rollout', name: 'first', images }, NODES);
    await whenRunning(kubernetes, 'rollout', NODES);
    const first = await whenCounted(headroom, kubernetes, 'rollout');
    expect(sumOf(first.rows)).toEqual({ low: counted(headroom), high: counted(headroom) });
    expect(counted(headroom)).toBe(NODES * images.length * COLD);

    await createJob(kubernetes, { namespace: 'again', name: 'second', images }, NODES);
    await whenRunning(kubernetes, 'again', NODES);
    const second = await whenCounted(headroom, kubernetes, 'again');
    expect(second.attempts).toBe(NODES * images.length);
    expect(sumOf(second.rows)).toEqual({ low: 0, high: 0 });
    expect(counted(headroom)).toBe(NODES * images.length * COLD);
    expect(second.report).toMatchObject({ spent: counted(headroom), unexplained: { low: 0, high: 0 } });
  });

  test('counts a DaemonSet on a node that is new', { timeout: TIMEOUT_MS }, async () => {
    const headroom = await startWatching(kubernetes);
    cleanUp(kubernetes, 'agents');
    await createDaemonSet(kubernetes, { namespace: 'agents', name: 'agent', images: ['redis:8-alpine'] });
    await whenRunning(kubernetes, 'agents', NODES);
    const node = await kubernetes.addNode();
    await whenRunning(kubernetes, 'agents', NODES + 1);

    const { report, rows } = await whenCounted(headroom, kubernetes, 'agents');
    expect(counted(headroom)).toBe((NODES + 1) * COLD);
    expect(rows).toHaveLength(NODES + 1);
    expect(rows.find((row) => row.node === node)).toMatchObject({
      workload: 'agents/DaemonSet/agent',
      pulls: { low: COLD, high: COLD },
      attempts: 1,
    });
    expect(report).toMatchObject({ spent: counted(headroom), unexplained: { low: 0, high: 0 } });
  });

  test('counts each pull once over restarts of Headroom', { timeout: TIMEOUT_MS }, async () => {
    const headroom = await startWatching(kubernetes);
    cleanUp(kubernetes, 'restart');
    await createJob(kubernetes, { namespace: 'restart', name: 'one', images: ['node:24'] }, NODES);
    await headroom.restart(async () => {
      await createJob(kubernetes, { namespace: 'restart', name: 'two', images: ['node:22'] }, NODES);
      await whenRunning(kubernetes, 'restart', 2 * NODES);
    });
    await createJob(kubernetes, { namespace: 'restart', name: 'three', images: ['node:24'] }, NODES);
    await whenRunning(kubernetes, 'restart', 3 * NODES);

    const { report, rows, attempts } = await whenCounted(headroom, kubernetes, 'restart');
    const truth = counted(headroom);
    expect(attempts).toBe(3 * NODES);
    expect(sumOf(rows).low).toBeLessThanOrEqual(truth);
    expect(sumOf(rows).high).toBeGreaterThanOrEqual(truth);
    expect(report.spent).toBe(truth);
  });

  test('counts each pull once over a restart of the API server', { timeout: TIMEOUT_MS }, async () => {
    const headroom = await startWatching(kubernetes);
    cleanUp(kubernetes, 'outage');
    await createJob(kubernetes, { namespace: 'outage', name: 'before', images: ['ubuntu:24.04'] }, NODES);
    await whenRunning(kubernetes, 'outage', NODES);
    await createJob(kubernetes, { namespace: 'outage', name: 'over', images: ['busybox:1.37'] }, NODES);
    await kubernetes.restartApiServer();
    await createJob(kubernetes, { namespace: 'outage', name: 'after', images: ['postgres:17'] }, NODES);
    await whenRunning(kubernetes, 'outage', 3 * NODES);

    const { report, rows } = await whenCounted(headroom, kubernetes, 'outage');
    const truth = counted(headroom);
    expect(sumOf(rows).low).toBeLessThanOrEqual(truth);
    expect(sumOf(rows).high).toBeGreaterThanOrEqual(truth);
    expect(report.spent).toBe(truth);
  });
});
