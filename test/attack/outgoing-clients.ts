import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';
import { createQueryClient } from '../../src/history/prometheus/query-client.ts';
import { createHttpClient } from '../../src/kit/http/http-client.ts';
import type { Lookup } from '../../src/kit/http/open-socket.ts';
import { readProxyRules } from '../../src/kit/http/proxy-rules.ts';
import { Secret } from '../../src/kit/secret.ts';
import { createHttpPost } from '../../src/notify/http-post.ts';
import { credential } from '../hub/fixtures.ts';
import { listen } from '../hub/loopback-server.ts';
import { openHub, startSimulatedHub } from '../hub/simulated-hub.ts';

/** The network that a request meets. */
export interface Network {
  /** The proxy variables. */
  readonly env?: Readonly<Record<string, string>>;
  readonly lookup?: Lookup;
  /** Default 15 s. */
  readonly timeoutMs?: number | undefined;
}

/** A part of Headroom that sends requests to other machines. */
export interface OutgoingClient {
  readonly name: string;
  /** Starts the server for one test. Returns its port on 127.0.0.1. */
  startServer(): Promise<number>;
  /** Sends one request. Returns `answered`, or a description of the failure. */
  ask(url: string, network: Network): Promise<string>;
}

const PATIENCE_MS = 30_000;
const EMPTY = '{"status":"success","data":{"resultType":"vector","result":[]}}';

const startAnswering = () => listen(createServer((_, response) => void response.end(EMPTY)));

/** The HTTP clients under attack. */
export const OUTGOING_CLIENTS: readonly OutgoingClient[] = [
  {
    name: 'the hub',
    startServer: async () => Number((await startSimulatedHub()).simulator.url.port),
    async ask(url, { env = {}, lookup, timeoutMs = PATIENCE_MS }) {
      const hub = openHub({ url: new URL(url), env, lookup, allowInsecure: true });
      const reading = await hub.probe(credential({ timeoutMs }));
      return reading.kind === 'failed' ? reading.detail : 'answered';
    },
  },
  {
    name: 'a receiver',
    startServer: startAnswering,
    async ask(url, { env = {}, lookup, timeoutMs = PATIENCE_MS }) {
      const client = createHttpClient({ proxyFor: readProxyRules(env), lookup });
      onTestFinished(() => client.close());
      const post = createHttpPost({ client, clock: { now: () => Date.now() }, timeoutMs });
      const answer = await post({ url: new Secret(url), body: '{}' }, new AbortController().signal);
      if (answer.kind === 'unanswered') return answer.reason;
      return answer.status === 200 ? 'answered' : `status ${answer.status}`;
    },
  },
  {
    name: 'history.prometheus',
    startServer: startAnswering,
    async ask(url, { env = {}, lookup, timeoutMs = PATIENCE_MS }) {
      const endpoint = { url: new URL(url), env, lookup, caFile: undefined };
      const client = createQueryClient(
        { ...endpoint, readAuthorization: async () => undefined },
        { timeoutMs, bodyBytes: 1_000, series: 10 },
      );
      onTestFinished(() => client.close());
      return await client.instant('up').then(
        () => 'answered',
        (error: Error) => error.message,
      );
    },
  },
];
