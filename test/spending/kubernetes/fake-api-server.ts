import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

type Item = {
  metadata: { uid?: string; name: string; resourceVersion?: string } & Record<string, unknown>;
} & Record<string, unknown>;

/** A fake of the paths of an API server that Headroom reads, on loopback. */
export interface FakeApiServer {
  readonly url: string;
  /** The requests so far, with their queries. */
  readonly requests: readonly URL[];
  readonly authorizations: readonly (string | undefined)[];
  /** Adds or changes an object, and sends it to the watches. */
  put(resource: string, object: Item): void;
  remove(resource: string, name: string): void;
  /** Sends a line to the watches of a resource, such as an error. */
  sendLine(resource: string, line: unknown): void;
  /** Ends all connections, as a restart does. */
  disconnect(): void;
  /** The status with which a resource is answered instead. */
  reject(resource: string, status: number | undefined): void;
  /** Answers requests for a resource with a text. */
  answerText(resource: string, text: string): void;
  /** The number of objects in a page. */
  pageSize: number;
  /** The oldest version that a watch may start from. */
  oldestVersion: number;
  /** How many of the next requests for a further page are answered with 410 Gone. */
  goneContinues: number;
}

/** Starts a server without objects. */
export async function startFakeApiServer(): Promise<FakeApiServer> {
  let version = 100;
  const objects = new Map<string, Map<string, Item>>();
  const watches = new Map<string, Set<ServerResponse>>();
  const rejected = new Map<string, number>();
  const texts = new Map<string, string>();
  const requests: URL[] = [];
  const authorizations: (string | undefined)[] = [];

  const of = <T>(map: Map<string, T>, key: string, none: () => T): T => {
    const found = map.get(key) ?? none();
    map.set(key, found);
    return found;
  };
  const listOf = (resource: string) => of(objects, resource, () => new Map<string, Item>());
  const watchesOf = (resource: string) => of(watches, resource, () => new Set<ServerResponse>());
  const sendLine = (resource: string, line: unknown) => {
    for (const watch of watchesOf(resource)) watch.write(`${JSON.stringify(line)}\n`);
  };

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', 'http://localhost');
    requests.push(url);
    authorizations.push(request.headers.authorization);
    const [resource = '', name] = url.pathname.replace(/^\/api\/v1\/(namespaces\/[^/]+\/)?/, '').split('/');
    const isMetadata = /as=PartialObjectMetadata/.test(request.headers.accept ?? '');
    const status = rejected.get(resource);
    const fail = (code: number, message: string) => {
      response.writeHead(code, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ kind: 'Status', code, message }));
    };
    if (status !== undefined) {
      fail(status, `${resource} is forbidden: User "x" cannot list it`);
      return;
    }
    const text = texts.get(resource);
    if (text !== undefined) {
      response.end(text);
      return;
    }
    if (name !== undefined) {
      const object = listOf(resource).get(name);
      if (object) response.end(JSON.stringify(object));
      else fail(404, 'not found');
      return;
    }
    if (url.searchParams.get('watch') === 'true') {
      if (Number(url.searchParams.get('resourceVersion')) < server.oldestVersion) {
        response.end(
          `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, message: 'too old' } })}\n`,
        );
        return;
      }
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
      for (const object of listOf(resource).values()) {
        const isNewer =
          Number(object.metadata.resourceVersion) > Number(url.searchParams.get('resourceVersion'));
        if (isNewer) response.write(`${JSON.stringify({ type: 'MODIFIED', object })}\n`);
      }
      watchesOf(resource).add(response);
      response.on('close', () => watchesOf(resource).delete(response));
      return;
    }
    if (url.searchParams.has('continue') && server.goneContinues > 0) {
      server.goneContinues -= 1;
      fail(410, 'The provided continue parameter is too old');
      return;
    }
    const all = [...listOf(resource).values()];
    const start = Number(url.searchParams.get('continue') ?? 0);
    const end = start + server.pageSize;
    const more = end < all.length ? { continue: String(end) } : {};
    response.end(
      JSON.stringify({
        metadata: { resourceVersion: String(version), ...more },
        items: all.slice(start, end).map((item) => (isMetadata ? { metadata: item.metadata } : item)),
      }),
    );
  }

  const http = createServer(answer);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  const server: FakeApiServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    requests,
    authorizations,
    pageSize: 500,
    oldestVersion: 0,
    goneContinues: 0,
    put(resource, object) {
      version += 1;
      const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
      const isNew = !listOf(resource).has(object.metadata.name);
      listOf(resource).set(object.metadata.name, stored);
      sendLine(resource, { type: isNew ? 'ADDED' : 'MODIFIED', object: stored });
    },
    remove(resource, name) {
      const object = listOf(resource).get(name);
      listOf(resource).delete(name);
      sendLine(resource, { type: 'DELETED', object });
    },
    sendLine,
    disconnect: () => http.closeAllConnections(),
    answerText: (resource, text) => void texts.set(resource, text),
    reject(resource, status) {
      if (status === undefined) rejected.delete(resource);
      else rejected.set(resource, status);
    },
  };
  return server;
}
