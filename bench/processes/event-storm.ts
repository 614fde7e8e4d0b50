/** An API server of Kubernetes with many pods at once: each appears, starts a pull and ends it, on request over some seconds. */
import { createServer, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { listenAndReport } from './listen-and-report.ts';

/** How many events are sent, and over how many seconds. Two events belong to each pod. */
export interface StormPlan {
  readonly events: number;
  readonly seconds: number;
}

const TICKS_A_SECOND = 10;
const NODES = 100;
const NAMESPACES = 20;
const IMAGES = 10;
const watches = { events: new Set<ServerResponse>(), pods: new Set<ServerResponse>() };
let version = 1_000;

function send(kind: keyof typeof watches, object: { metadata: object } & Record<string, unknown>): void {
  version += 1;
  const metadata = { ...object.metadata, resourceVersion: String(version) };
  const line = `${JSON.stringify({ type: 'ADDED', object: { ...object, metadata } })}\n`;
  for (const watch of watches[kind]) watch.write(line);
}

function sendPod(i: number): void {
  const [namespace, owner] = [`team-${i % NAMESPACES}`, `web-${i % 97}-68f5c98ffb`];
  send('pods', {
    kind: 'PartialObjectMetadata',
    apiVersion: 'meta.k8s.io/v1',
    metadata: {
      name: `${owner}-${i}`,
      namespace,
      uid: `pod-${i}`,
      creationTimestamp: new Date().toISOString(),
      labels: { app: 'web', 'pod-template-hash': '68f5c98ffb' },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: owner, uid: `rs-${i % 97}`, controller: true },
      ],
    },
  });
}

/** Sends an event as a kubelet 1.36 writes it. */
function sendEvent(i: number, reason: 'Pulling' | 'Pulled'): void {
  const now = new Date().toISOString();
  const [namespace, node] = [`team-${i % NAMESPACES}`, `node-${i % NODES}`];
  const [pod, image] = [`web-${i % 97}-68f5c98ffb-${i}`, `docker.io/library/app-${i % IMAGES}:1`];
  const pulled = `Successfully pulled image "${image}" in 1.2s (1.2s including waiting). Image size: 12345 bytes.`;
  send('events', {
    kind: 'Event',
    apiVersion: 'v1',
    metadata: { name: `${pod}.${reason}`, namespace, uid: `event-${i}-${reason}`, creationTimestamp: now },
    involvedObject: {
      kind: 'Pod',
      namespace,
      name: pod,
      uid: `pod-${i}`,
      apiVersion: 'v1',
      resourceVersion: '1',
      fieldPath: 'spec.containers{app}',
    },
    reason,
    message: reason === 'Pulling' ? `Pulling image "${image}"` : pulled,
    source: { component: 'kubelet', host: node },
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
    type: 'Normal',
    eventTime: null,
    reportingComponent: 'kubelet',
    reportingInstance: node,
  });
}

process.on('message', async ({ events, seconds }: StormPlan) => {
  const ticks = seconds * TICKS_A_SECOND;
  for (let tick = 0; tick < ticks; tick += 1) {
    const [from, to] = [tick, tick + 1].map((n) => Math.round((n * events) / 2 / ticks));
    for (let i = from ?? 0; i < (to ?? 0); i += 1) {
      sendPod(i);
      sendEvent(i, 'Pulling');
      sendEvent(i, 'Pulled');
    }
    await sleep(1_000 / TICKS_A_SECOND);
  }
  process.send?.({});
});

listenAndReport(
  createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    const kind = url.pathname.split('/').at(-1);
    if (url.searchParams.has('watch') && (kind === 'events' || kind === 'pods')) {
      response.flushHeaders();
      watches[kind].add(response);
      response.on('close', () => watches[kind].delete(response));
    } else {
      response.end(JSON.stringify({ metadata: { resourceVersion: String(version) }, items: [] }));
    }
  }),
);
