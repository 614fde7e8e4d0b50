import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came in. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a stand-in answers. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** How a request is answered: by a reply, or by hand. */
export type Answer = (received: Received, response: ServerResponse) => Reply | undefined;

/** A server on loopback that stands in for the other side. */
export interface ReceivingServer {
  /** Without a slash at its end. */
  readonly origin: string;
  readonly host: string;
  readonly received: readonly Received[];
  stop(): Promise<void>;
}

/** Starts a stand-in on a free port of loopback. */
export async function startReceiving(answer: Answer): Promise<ReceivingServer> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = await request.toArray().catch(() => []);
    const { method = '', url: path = '', headers } = request;
    const one = { method, path, headers, body: Buffer.concat(chunks).toString('utf8') };
    received.push(one);
    const reply = answer(one, response);
    if (reply) response.writeHead(reply.status, reply.headers).end(reply.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin: `http://${host}`,
    host,
    received,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
