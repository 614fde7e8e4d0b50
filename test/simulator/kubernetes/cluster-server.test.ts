import { expect, onTestFinished, test } from 'vitest';
import { startClusterServer } from '../../../src/simulator/kubernetes/cluster-server.ts';
import { createSimulatedCluster } from '../../../src/simulator/kubernetes/simulated-cluster.ts';

const POD = { namespace: 'shop', kind: 'Job', workload: 'load', number: 1, node: 'n', image: 'redis:8' };

async function serve() {
  const cluster = createSimulatedCluster();
  cluster.pull(POD, 0);
  const server = await startClusterServer(new Map([['prod a', cluster]]));
  onTestFinished(() => server.stop());
  return { cluster, url: server.urlOf('prod a') };
}

// path | status | what the answer contains
test.each([
  ['api/v1/pods', 200, { items: [{ spec: { nodeName: 'n' } }] }],
  ['api/v1/events?limit=500', 200, { items: [{ reason: 'Pulling' }, { reason: 'Pulled' }] }],
  ['api/v1/nodes/n', 200, { metadata: { name: 'n' }, status: { images: [] } }],
  ['api/v1/nodes', 200, { items: [] }],
  ['api/v1/secrets', 404, { kind: 'Status', code: 404 }],
  ['api/v1/namespaces/shop/pods', 404, { kind: 'Status' }],
] as const)('startClusterServer() answers %s with %i', async (path, status, body) => {
  const { url } = await serve();
  const response = await fetch(`${url}/${path}`);

  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject(body);
});

test('startClusterServer() answers another cluster and other methods with 404', async () => {
  const { url } = await serve();

  expect((await fetch(url.replace('prod%20a', 'other').concat('/api/v1/pods'))).status).toBe(404);
  expect((await fetch(`${url}/api/v1/pods`, { method: 'DELETE' })).status).toBe(404);
});

test('startClusterServer() sends metadata only, if it is requested', async () => {
  const { url } = await serve();
  const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
  const response = await fetch(`${url}/api/v1/pods`, { headers: { accept } });
  const { items } = (await response.json()) as { items: object[] };

  expect(items.map(Object.keys)).toEqual([['metadata']]);
});

test('startClusterServer() sends changes to a watch, and ends it after its time', async () => {
  const { url, cluster } = await serve();
  const version = cluster.version();
  const response = await fetch(`${url}/api/v1/events?watch=true&resourceVersion=${version}&timeoutSeconds=1`);
  cluster.pull({ ...POD, number: 2 }, 0);
  const lines = (await response.text()).trim().split('\n');

  expect(lines.map((line) => JSON.parse(line).object.reason)).toEqual(['Pulling', 'Pulled']);
});
