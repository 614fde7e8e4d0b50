import { fetchRaw } from '../load/fetch-raw.ts';
import type { Load, LoadResult } from '../load/load.ts';
import type { Benchmark } from '../measure/benchmark.ts';
import { compare, type Finding } from '../measure/finding.ts';
import { pick, takeTurns } from '../measure/take-turns.ts';
import { startHeadroom } from '../processes/headroom.ts';
import { type Helper, startHelper } from '../processes/helper.ts';

const TURNS = 5;
const TURN_MS = 500;
const CREDENTIALS = [1, 100, 1_000, 10_000];
const ENCODINGS = ['identity', 'gzip'];
/** One connection shows the latency of an idle server, eight its throughput. */
const LATENCY_CONNECTIONS = 1;
const THROUGHPUT_CONNECTIONS = 8;
const BOUND = 2;
const PATH = '/metrics';
const YARDSTICK = 'node:http';

/** How fast `/metrics` answers. */
export const scrapes: Benchmark = {
  name: 'scrapes',
  about:
    'GET /metrics of the real program between two polls, against a bare node:http server that sends the same bytes; ' +
    'latency over 1 connection, throughput over 8, the load from a process of its own.',
  async run() {
    const helpers = [];
    try {
      const simulator = await startHelper('simulated-hub');
      helpers.push(simulator);
      const bare = await startHelper('bare-http');
      helpers.push(bare);
      const generator = await startHelper('load-generator');
      helpers.push(generator);
      const findings: Finding[] = [];
      for (const credentials of CREDENTIALS) {
        const plan = { hubPort: simulator.port, credentials, schedule: '0 0 1 1 *', jitter: '0s' };
        const headroom = await startHeadroom(plan);
        try {
          for (const encoding of ENCODINGS) {
            const subject = `/metrics, ${credentials.toLocaleString('en-US')} ${credentials === 1 ? 'credential' : 'credentials'}, ${encoding}`;
            findings.push(...(await compareServers(subject, encoding, headroom.port, bare, generator)));
          }
        } finally {
          await headroom.stop();
        }
      }
      return findings;
    } finally {
      await Promise.all(helpers.map((helper) => helper.stop()));
    }
  },
};

/** Lets the bare server send what Headroom sends, and puts the same load on both. */
async function compareServers(
  subject: string,
  encoding: string,
  port: number,
  bare: Helper,
  generator: Helper,
): Promise<Finding[]> {
  const answer = await fetchRaw(port, PATH, encoding);
  await bare.ask(answer);
  const load = (to: number, connections: number) => () =>
    generator.ask<LoadResult>({
      port: to,
      method: 'GET',
      path: PATH,
      headers: { 'Accept-Encoding': encoding },
      connections,
      durationMs: TURN_MS,
    } satisfies Load);
  const measure = (connections: number) =>
    takeTurns(TURNS, load(port, connections), load(bare.port, connections));

  const latency = await measure(LATENCY_CONNECTIONS);
  const throughput = pick(await measure(THROUGHPUT_CONNECTIONS), ({ perSecond }) => perSecond);
  const name = `${subject}, ${Math.ceil(answer.body.byteLength / 1_024)} KiB`;
  return [
    compare(`${name}: throughput`, 'rate', YARDSTICK, throughput, 1 / BOUND),
    compare(
      `${name}: p50`,
      'ms',
      YARDSTICK,
      pick(latency, ({ p50Ms }) => p50Ms),
      BOUND,
    ),
    compare(
      `${name}: p99`,
      'ms',
      YARDSTICK,
      pick(latency, ({ p99Ms }) => p99Ms),
      BOUND,
    ),
  ];
}
