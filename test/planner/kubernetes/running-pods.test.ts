import { describe, expect, test } from 'vitest';
import { countPulls } from '../../../src/domain/pull-cost/count-pulls.ts';
import type { Disruption } from '../../../src/planner/source-file.ts';
import { problemsIn, readFiles } from '../planned.ts';

interface Pod {
  readonly name: string;
  readonly node?: string;
  readonly image: string;
  readonly owner?: readonly [kind: string, name: string];
  readonly namespace?: string;
  readonly phase?: string;
  readonly policy?: string;
}

/** The list that kubectl prints. */
function list(pods: readonly Pod[]): string {
  const items = pods.map(({ name, node, image, owner, namespace = 'shop', phase = 'Running', policy }) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      ...(owner && { ownerReferences: [{ kind: owner[0], name: owner[1], controller: true }] }),
    },
    spec: { nodeName: node, containers: [{ name: 'c', image, imagePullPolicy: policy }] },
    status: { phase },
  }));
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, undefined, 2);
}

/** Counts the machines that pull, for each workload: `ReplicaSet shop/web: 0 to 1`. */
function machinesIn(pods: readonly Pod[], disruption: Disruption, runtime?: 'crio') {
  const read = readFiles({ 'pods.json': list(pods) }, { disruption });
  const { images } = countPulls(read.workloads, {
    model: 'docs',
    runtime,
    nodes: read.cluster?.nodes,
    clusters: 1,
    platforms: ['linux/amd64'],
    known: new Map(),
    cached: new Set(),
    holders: read.cluster?.holders,
  });
  return {
    machines: images.map(({ workload: { kind, name }, machines: { low, high } }) => {
      return `${kind} ${name}: ${low === high ? low : `${low} to ${high}`}`;
    }),
    problems: problemsIn(read),
    pulls: images.map(({ pulls }) => pulls.high),
  };
}

const WEB = ['ReplicaSet', 'web'] as const;
const AGENT = ['DaemonSet', 'agent'] as const;
const CLUSTER: readonly Pod[] = [
  { name: 'web-a', node: 'n1', image: 'nginx:1', owner: WEB },
  { name: 'web-b', node: 'n2', image: 'nginx:1', owner: WEB },
  { name: 'agent-1', node: 'n1', image: 'acme/agent:1', owner: AGENT },
  { name: 'agent-2', node: 'n2', image: 'acme/agent:1', owner: AGENT },
  { name: 'agent-3', node: 'n3', image: 'acme/agent:1', owner: AGENT },
  { name: 'api', node: 'n3', image: 'nginx:1', namespace: 'other' },
  { name: 'job', node: 'n1', image: 'perl:5', phase: 'Succeeded' },
];

describe('createRunningPods()', () => {
  test('counts each image of a lost node once, and no pods that have ended', () => {
    expect(machinesIn(CLUSTER, { kind: 'lose-node', node: 'n1' })).toMatchObject({
      machines: ['Pod shop/web-a: 1', 'Pod shop/agent-1: 1'],
      problems: [],
    });
  });

  test('counts the restart of a namespace from the nodes that have its images', () => {
    const more = [...CLUSTER, { name: 'x', node: 'n4', image: 'redis:8', namespace: 'other' }];
    expect(machinesIn(more, { kind: 'restart', namespace: 'shop' })).toMatchObject({
      machines: [
        // Three of four nodes have nginx:1.
        'ReplicaSet shop/web: 0 to 1',
        ...Array.from({ length: 3 }, () => 'DaemonSet shop/agent: 0'),
      ],
      problems: [],
    });
  });

  test('requests images again that are pulled always', () => {
    const pods = [{ name: 'a', node: 'n1', image: 'nginx:1', policy: 'Always' }];
    const disruption = { kind: 'restart', namespace: 'shop' } as const;
    expect(machinesIn(pods, disruption)).toMatchObject({ machines: ['Pod shop/a: 0'], pulls: [0] });
    expect(machinesIn(pods, disruption, 'crio')).toMatchObject({ machines: ['Pod shop/a: 0'], pulls: [1] });
  });

  test('counts every node if all are replaced', () => {
    expect(machinesIn(CLUSTER, { kind: 'replace-all' }).machines).toEqual([
      'Pod shop/web-a: 1',
      'Pod shop/web-b: 1',
      'Pod shop/agent-1: 1',
      'Pod shop/agent-2: 1',
      'Pod shop/agent-3: 1',
      'Pod other/api: 1',
    ]);
  });

  test.each<[Disruption, string]>([
    [{ kind: 'lose-node', node: 'n9' }, 'pods.json:24:22: No pod runs in the node n9; there are n1, n2, n3'],
    [
      { kind: 'restart', namespace: 'none' },
      'pods.json:24:22: No pod runs in the namespace none; there are other, shop',
    ],
  ])('reports a node or namespace without pods: %j', (disruption, problem) => {
    expect(machinesIn(CLUSTER, disruption)).toMatchObject({ machines: [], problems: [problem] });
  });

  test('reports a node without pods in an empty list', () => {
    expect(machinesIn([], { kind: 'lose-node', node: 'n9' }).problems).toEqual([
      'pods.json:1:1: No pod runs in the node n9; there are none',
    ]);
  });

  test.each([
    [
      'kubectl',
      (items: string) => `{\n    "apiVersion": "v1",\n    "items": [${items}],\n    "kind": "List"\n}\n`,
    ],
    ['jq', (items: string) => `{"kind":"List","apiVersion":"v1","items":[${items}]}`],
  ])('reads a list that is longer than a document may be, as %s prints it', (_, wrap) => {
    const pods = Array.from({ length: 3 }, (__, i) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `p${i}`, annotations: { filler: `}]"\\${'x'.repeat(4_000_000)}\\` } },
      spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'nginx:1' }] },
    }));
    const text = wrap(pods.map((pod) => JSON.stringify(pod, undefined, 2)).join(',\n'));
    expect(text.length).toBeGreaterThan(10 * 1_024 * 1_024);

    const read = readFiles({ 'pods.json': text }, { disruption: { kind: 'replace-all' } });

    expect(problemsIn(read)).toEqual([]);
    expect(read.workloads.map(({ name }) => name)).toEqual(['p0', 'p1', 'p2']);
    const lines = read.workloads.map(({ uses }) => text.split('\n')[(uses[0]?.line ?? 0) - 1]);
    expect(lines.every((line = '') => line.includes('"nginx:1"'))).toBe(true);
  });

  test('reports other JSON that is longer than a document may be', () => {
    const text = JSON.stringify({ items: [{ filler: 'x'.repeat(11_000_000) }], kind: 'Widgets' });
    expect(problemsIn(readFiles({ 'a.json': text }))).toEqual([
      'a.json:1:1: A document of 11 MiB. Allowed: 10 MiB',
    ]);
  });

  test('reports manifests that are not running pods', () => {
    const text =
      'apiVersion: apps/v1\nkind: Deployment\nspec: { template: { spec: { containers: [{ image: a }] } } }\n';
    const read = readFiles(text, { disruption: { kind: 'replace-all' } });
    expect(problemsIn(read)).toEqual(['a.yml:3:51: Not a running pod']);
    expect(read.workloads).toEqual([]);
  });
});
