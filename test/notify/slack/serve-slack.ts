import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSlackStandIn, type SlackStandIn, WEBHOOK_PATH } from './slack-stand-in.ts';

/** A stand-in that listens on loopback. */
export interface SlackServer {
  readonly slack: SlackStandIn;
  readonly webhookUrl: string;
  readonly apiUrl: string;
  stop(): Promise<void>;
}

/** Starts a stand-in for Slack on a free port of loopback. */
export async function serveSlack(now: () => number = Date.now): Promise<SlackServer> {
  const slack = createSlackStandIn(now);
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = await request.toArray();
    const { status, headers, body } = slack.handle({
      method: request.method ?? '',
      path: request.url ?? '',
      authorization: request.headers.authorization,
      body: Buffer.concat(chunks).toString('utf8'),
    });
    response.writeHead(status, headers).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  return {
    slack,
    webhookUrl: `${origin}${WEBHOOK_PATH}`,
    apiUrl: `${origin}/api`,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
