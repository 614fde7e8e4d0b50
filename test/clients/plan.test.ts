import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatImageReference } from '../../src/domain/image-reference.ts';
import { type CostOptions, countPulls, type PullCost } from '../../src/domain/pull-cost/count-pulls.ts';
import type { CountingModel } from '../../src/domain/pull-cost/counting-model.ts';
import type { PullRange } from '../../src/domain/pull-cost/pull-range.ts';
import type { Workload } from '../../src/domain/pull-cost/workload.ts';
import { readKnownImages } from '../../src/planner/image-facts.ts';
import { readPlanFiles } from '../../src/planner/plan-files.ts';
import { createCatalogueStore } from '../../src/simulator/images/catalogue-store.ts';
import type { CountingModel as HubCounting } from '../../src/simulator/metering/bucket.ts';
import { describeAsRootWithProgram, describeWithProgram } from '../requires-program.ts';
import { startContainerd } from './containerd.ts';
import { type SimulatedHub, startSimulatedHub } from './simulated-hub.ts';
import { prepareSkopeo } from './skopeo.ts';

const NODES = 2;
/** What the simulated hub calls each way of counting. */
const HUB_COUNTING: Readonly<Record<CountingModel, HubCounting>> = {
  'per-get': 'per-get',
  docs: 'per-architecture',
  'two-gets': 'two-gets',
};

/** A node that has nothing yet. */
interface Node {
  pull(reference: string): Promise<unknown>;
  stop(): Promise<void>;
}

/** A DaemonSet with every form of image, and a Deployment that shares one of them: one pod of each on each node. */
const MANIFESTS = readFileSync(join(import.meta.dirname, 'plan-manifests.yml'), 'utf8');
const { workloads } = readPlanFiles([{ name: 'plan-manifests.yml', text: MANIFESTS }], {
  variables: new Map(),
  profiles: new Set(),
  target: undefined,
  platforms: ['linux/amd64'],
  ignoredKinds: new Set(),
  ignoredActions: new Set(),
});

/** What one could know of the images: two tags of nginx are one, some are single, one is for Windows, one is exempt. */
function knownImages() {
  const nginx = createCatalogueStore().manifest('library/nginx', 'latest')?.digest;
  const text = `nginx:1.29 index ${nginx}
nginx:latest index ${nginx}
acme/tool:latest single
ratelimitpreview/test:latest single
acme/windows:latest index windows/amd64
publisher/agent:latest exempt`;
  return readKnownImages({ name: 'known', text }).known;
}

function planFor(model: CountingModel, runtime: CostOptions['runtime']): PullCost {
  return countPulls(workloads, {
    model,
    runtime,
    nodes: NODES,
    clusters: 1,
    platforms: ['linux/amd64'],
    known: knownImages(),
    cached: new Set(),
  });
}

/** Starts the pods of all workloads on each node, as a kubelet does: what it has and need not ask for, it does not. */
async function rollOut(nodes: readonly Node[], all: readonly Workload[]): Promise<void> {
  for (const node of nodes) {
    const present = new Set<string>();
    for (const { reference, policy } of all.flatMap(({ uses }) => uses)) {
      const name = formatImageReference(reference);
      if (policy === 'never' || (policy === 'if-not-present' && present.has(name))) continue;
      await node.pull(name);
      present.add(name);
    }
  }
}

/** Pulls that the hub counted. */
function spent(hub: SimulatedHub): number {
  return Math.ceil(hub.manifestRequests().reduce((sum, { pulls }) => sum + pulls, 0));
}

async function spendingOf(
  model: CountingModel,
  start: (hub: SimulatedHub) => Promise<Node>,
): Promise<number> {
  const hub = await startSimulatedHub({ counting: HUB_COUNTING[model] });
  const nodes = await Promise.all(Array.from({ length: NODES }, () => start(hub)));
  try {
    await rollOut(nodes, workloads);
    return spent(hub);
  } finally {
    await Promise.all(nodes.map((node) => node.stop()));
    await hub.stop();
  }
}

const MODELS = ['per-get', 'docs'] as const;

describeAsRootWithProgram(['containerd', 'ctr'], 'headroom plan against containerd', () => {
  const start = async (hub: SimulatedHub): Promise<Node> => startContainerd(hub.endpoint);

  test.each(MODELS)('states exactly what two nodes spend, counted %s', async (model) => {
    const { total } = planFor(model, 'containerd');
    const measured = await spendingOf(model, start);
    expect({ low: measured, high: measured } satisfies PullRange).toEqual(total);
  });
});

describeWithProgram(['skopeo'], 'headroom plan against skopeo, which sends the requests of CRI-O', () => {
  const start = async (hub: SimulatedHub): Promise<Node> => {
    const skopeo = prepareSkopeo(hub.endpoint);
    return { pull: (reference) => skopeo.copy(reference), stop: async () => skopeo.remove() };
  };

  test.each(MODELS)('states what two nodes spend, counted %s', async (model) => {
    const { total } = planFor(model, 'crio');
    const measured = await spendingOf(model, start);
    // skopeo reads index and image again where CRI-O may be content with the index: the upper bound.
    expect(measured).toBe(total.high);
    expect(measured).toBeGreaterThanOrEqual(total.low);
  });
});

describe('the manifests that are rolled out', () => {
  test('hold every form of image', () => {
    expect(workloads.map(({ kind, uses }) => `${kind}: ${uses.length}`)).toEqual([
      'DaemonSet: 8',
      'Deployment: 2',
    ]);
  });
});
