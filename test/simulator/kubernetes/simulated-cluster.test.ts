import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parsePullMessage } from '../../../src/domain/spending/pull-message.ts';
import type { SimulatedPod } from '../../../src/simulator/kubernetes/kubelet-objects.ts';
import {
  createSimulatedCluster,
  type SimulatedCluster,
  type WatchLine,
} from '../../../src/simulator/kubernetes/simulated-cluster.ts';
import { readPodEvent, workloadOf } from '../../../src/spending/kubernetes/pod-events.ts';

const NOW = Date.parse('2026-11-29T09:04:00Z');
const POD: SimulatedPod = {
  namespace: 'shop',
  kind: 'Deployment',
  workload: 'web',
  number: 1,
  node: 'node-1',
  image: 'acmeshop/web:1.29',
};
const RECORDED: { items: Record<string, unknown>[] } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../spending/kubernetes/recorded-events.json'), 'utf8'),
);

function eventsOf(cluster: SimulatedCluster) {
  return cluster
    .list('events')
    .map(({ reason, message, count }) => ({ reason, message: String(message), count }));
}

/** Returns the paths of all fields with the kinds of their values. */
function formOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null)
    return [`${path}: ${value === null ? 'null' : typeof value}`];
  return Object.entries(value).flatMap(([name, field]) => formOf(field, `${path}.${name}`));
}

describe('createSimulatedCluster()', () => {
  test('writes events in the form of a kubelet', () => {
    const cluster = createSimulatedCluster();
    cluster.pull(POD, NOW);
    const [recorded] = RECORDED.items;
    const form = new Set(
      formOf(recorded).filter((field) => !/^\.(kind|apiVersion)|involvedObject\.resourceVersion/.test(field)),
    );

    for (const event of cluster.list('events')) expect(new Set(formOf(event))).toEqual(form);
  });

  test('a pull has the messages of a pull', () => {
    const cluster = createSimulatedCluster();
    cluster.pull(POD, NOW);
    const messages = eventsOf(cluster).map(({ reason, message }) =>
      parsePullMessage(String(reason), message),
    );

    expect(messages).toMatchObject([
      { kind: 'pulling', image: POD.image },
      { kind: 'pulled', image: POD.image, hasWaited: false },
    ]);
  });

  test('a refusal by Docker Hub is counted in the same events again', () => {
    const cluster = createSimulatedCluster();
    for (const minutes of [0, 1, 2]) cluster.refuse(POD, NOW + minutes * 60_000);

    expect(eventsOf(cluster)).toMatchObject([
      { reason: 'Pulling', count: 3 },
      { reason: 'Failed', count: 3 },
      { reason: 'Failed', message: 'Error: ErrImagePull', count: 3 },
      { reason: 'BackOff', count: 3 },
      { reason: 'Failed', message: 'Error: ImagePullBackOff', count: 3 },
    ]);
    const failed = eventsOf(cluster)[1];
    expect(parsePullMessage('Failed', failed?.message ?? '')).toMatchObject({
      kind: 'failed',
      refusal: 'pull_limit',
      isFree: true,
    });
    expect(cluster.list('pods')).toHaveLength(1);
  });

  // kind of the controller | the workload that Headroom reads
  test.each([
    ['Deployment', 'Deployment/web'],
    ['DaemonSet', 'DaemonSet/web'],
    ['Job', 'Job/web'],
  ])('a pod of a %s belongs to it', (kind, workload) => {
    const cluster = createSimulatedCluster();
    cluster.pull({ ...POD, kind }, NOW);
    const [pod] = cluster.list('pods');

    expect(workloadOf(pod?.metadata ?? {})).toBe(workload);
    const [event] = cluster.list('events');
    expect(event && readPodEvent(event)).toMatchObject({
      podUid: pod?.metadata.uid,
      node: 'node-1',
      container: 'app',
    });
  });

  test('deletes events after an hour, and the oldest of more than 500 pods', () => {
    const cluster = createSimulatedCluster();
    for (let number = 1; number <= 510; number += 1) cluster.pull({ ...POD, number }, NOW);
    cluster.pull({ ...POD, number: 600 }, NOW + 3_700_000);

    expect(cluster.list('events')).toHaveLength(2);
    expect(cluster.list('pods')).toHaveLength(500);
  });

  test('a watch receives the changes after its version, and then each further one, until it ends', () => {
    const cluster = createSimulatedCluster();
    cluster.pull(POD, NOW);
    const version = cluster.version();
    cluster.pull({ ...POD, number: 2 }, NOW);
    const lines: WatchLine[] = [];
    const end = cluster.watch('pods', version, (line) => lines.push(line));
    cluster.pull({ ...POD, number: 3 }, NOW);
    end();
    cluster.pull({ ...POD, number: 4 }, NOW);

    expect(lines.map(({ type }) => type)).toEqual(['ADDED', 'ADDED']);
    expect(lines.every(({ object }) => Number(object.metadata.resourceVersion) > version)).toBe(true);
  });
});
