import { once } from 'node:events';
import { createServer } from 'node:http';

/** Receivers of alerts that fail in each way there is to fail. */
export interface FailingReceivers {
  /** As `alerts.receivers` has them: one that loses every message, and one that keeps it waiting. */
  readonly receivers: readonly { readonly name: string; readonly webhook: { readonly url: string } }[];
  stop(): void;
}

/** What the receiver of this name answers to a message: 404 is final, 503 is tried again. */
const ANSWERS: Readonly<Record<string, number>> = { removed: 404, overloaded: 503 };

/** Starts a web server that takes no message. */
export async function startFailingReceivers(): Promise<FailingReceivers> {
  const server = createServer((request, response) => {
    request.resume();
    response.statusCode = ANSWERS[request.url?.slice(1) ?? ''] ?? 500;
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('No port was given');
  return {
    receivers: Object.keys(ANSWERS).map((name) => ({
      name,
      webhook: { url: `http://127.0.0.1:${address.port}/${name}` },
    })),
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
