import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ClusterObject } from './kubelet-objects.ts';
import type { SimulatedCluster } from './simulated-cluster.ts';

/** Serves the part of the Kubernetes API that Headroom reads, on loopback. */
export interface ClusterServer {
  /** The URL of the API server of a cluster. */
  urlOf(cluster: string): string;
  /** Ends all connections. */
  stop(): Promise<void>;
}

/** The path of a request: the cluster, the resource, and the name of an object. */
const PATH = /^\/([^/]+)\/api\/v1\/(pods|events|nodes)(?:\/([^/]+))?$/;
/** The runtime of all nodes. */
const RUNTIME = 'containerd://2.1.4';

/**
 * Starts a server for clusters by their names. It lists and watches pods and events of all namespaces, and knows every
 * node: without images, with containerd. Selectors and pages are ignored, and no token is required.
 */
export async function startClusterServer(
  clusters: ReadonlyMap<string, SimulatedCluster>,
): Promise<ClusterServer> {
  const server = createServer((request, response) => answer(request, response, clusters));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    urlOf: (cluster) => `http://127.0.0.1:${port}/${encodeURIComponent(cluster)}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  clusters: ReadonlyMap<string, SimulatedCluster>,
): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const [, name = '', resource, object] = PATH.exec(url.pathname) ?? [];
  const cluster = clusters.get(decodeURIComponent(name));
  if (!cluster || !resource || request.method !== 'GET') {
    send(response, 404, { kind: 'Status', status: 'Failure', code: 404, message: 'not found' });
  } else if (resource === 'nodes') {
    send(
      response,
      200,
      object === undefined ? { kind: 'NodeList', metadata: {}, items: [] } : nodeOf(object),
    );
  } else {
    const isMetadata = /as=PartialObjectMetadata/.test(request.headers.accept ?? '');
    const form = (item: ClusterObject) => (isMetadata ? { metadata: item.metadata } : item);
    const watched = resource === 'pods' ? 'pods' : 'events';
    if (url.searchParams.get('watch') === 'true') {
      watch(cluster, watched, url, response, form);
      return;
    }
    const metadata = { resourceVersion: String(cluster.version()) };
    send(response, 200, { kind: 'List', apiVersion: 'v1', metadata, items: cluster.list(watched).map(form) });
  }
}

function watch(
  cluster: SimulatedCluster,
  resource: 'pods' | 'events',
  url: URL,
  response: ServerResponse,
  form: (item: ClusterObject) => unknown,
): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  const from = Number(url.searchParams.get('resourceVersion'));
  const end = cluster.watch(resource, from, ({ type, object }) => {
    response.write(`${JSON.stringify({ type, object: form(object) })}\n`);
  });
  const seconds = Number(url.searchParams.get('timeoutSeconds')) || 300;
  const timer = setTimeout(() => response.end(), seconds * 1_000).unref();
  response.on('close', () => {
    clearTimeout(timer);
    end();
  });
}

function nodeOf(name: string): unknown {
  return {
    kind: 'Node',
    metadata: { name: decodeURIComponent(name) },
    status: { nodeInfo: { containerRuntimeVersion: RUNTIME }, images: [] },
  };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
