import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { onTestFinished } from 'vitest';

/** A question as it arrived. */
export interface Asked {
  readonly path: string;
  readonly method: string | undefined;
  readonly authorization: string | undefined;
  readonly form: Readonly<Record<string, string>>;
}

/** A server that answers by a script, for faults only: what the real ones say is tested on the real ones. */
export async function startFakeQueryApi(
  answer: RequestListener,
): Promise<{ url: URL; asked: readonly Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    asked.push(await readAsked(request));
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('No port was given');
  return { url: new URL(`http://127.0.0.1:${address.port}/prefix/`), asked };
}

async function readAsked(request: IncomingMessage): Promise<Asked> {
  const body = (await request.toArray()).join('');
  return {
    path: request.url ?? '',
    method: request.method,
    authorization: request.headers.authorization,
    form: Object.fromEntries(new URLSearchParams(body)),
  };
}
