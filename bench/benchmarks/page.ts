import { setTimeout as sleep } from 'node:timers/promises';
import { fetchRaw } from '../load/fetch-raw.ts';
import type { Load, LoadResult } from '../load/load.ts';
import type { Benchmark } from '../measure/benchmark.ts';
import { compare, type Finding } from '../measure/finding.ts';
import { quantile } from '../measure/statistics.ts';
import { pick, type Turn, takeTurns } from '../measure/take-turns.ts';
import { type Helper, startHelper } from '../processes/helper.ts';

const TURNS = 5;
const TURN_MS = 1_000;
const SIZES = [10, 1_000];
const LATENCY_CONNECTIONS = 1;
const THROUGHPUT_CONNECTIONS = 8;
const YARDSTICK = 'Express';
const CLIENTS = 500;
const EVENTS = 20;
const ROUNDS = 3;
const SETTLE_MS = 1_000;

/** How fast the overview is rendered, and what live clients cost. */
export const page: Benchmark = {
  name: 'page',
  about:
    'The overview, every bucket with a course and a forecast, rendered anew for each request and compressed, against an ' +
    `Express server that sends the same bytes ready made; then one event told to ${CLIENTS} live clients, and what each of ` +
    'them takes of memory, against an Express server that writes it to each. Server, load and clients in processes of their own.',
  async run() {
    const findings: Finding[] = [];
    for (const size of SIZES) findings.push(...(await compareOverviews(size)));
    findings.push(...(await compareStreams()));
    return findings;
  },
};

async function compareOverviews(size: number): Promise<Finding[]> {
  const helpers = await Promise.all([
    startHelper('overview-server', String(size)),
    startHelper('canned-express'),
    startHelper('load-generator'),
  ]);
  const [server, bare, generator] = helpers;
  try {
    const answer = await fetchRaw(server.port, '/', 'gzip');
    await bare.ask(answer);
    const load = (port: number, connections: number) => () =>
      generator.ask<LoadResult>({
        port,
        method: 'GET',
        path: '/',
        headers: { 'Accept-Encoding': 'gzip' },
        connections,
        durationMs: TURN_MS,
      } satisfies Load);
    const measure = (connections: number) =>
      takeTurns(TURNS, load(server.port, connections), load(bare.port, connections));
    const latency = await measure(LATENCY_CONNECTIONS);
    const throughput = await measure(THROUGHPUT_CONNECTIONS);
    const subject = `overview, ${size.toLocaleString('en-US')} buckets, ${Math.ceil(answer.body.byteLength / 1_024)} KiB`;
    return [
      compare(
        `${subject}: rendered`,
        'rate',
        YARDSTICK,
        pick(throughput, ({ perSecond }) => perSecond),
      ),
      compare(
        `${subject}: p99`,
        'ms',
        YARDSTICK,
        pick(latency, ({ p99Ms }) => p99Ms),
      ),
    ];
  } finally {
    await Promise.all(helpers.map((helper) => helper.stop()));
  }
}

/** What one server takes for its live clients. */
interface StreamCost {
  readonly bytesEach: number;
  readonly medianMs: number;
  readonly lastMs: number;
}

async function compareStreams(): Promise<Finding[]> {
  const turns: Turn<StreamCost>[] = [];
  while (turns.length < ROUNDS) {
    const ours = await measureStreams(() => startHelper('overview-server', '10'));
    turns.push({ ours, theirs: await measureStreams(() => startHelper('canned-express')) });
  }
  const subject = `${CLIENTS} live clients`;
  const part = (number: (cost: StreamCost) => number) => pick(turns, number);
  return [
    compare(
      `${subject}: memory of each`,
      'B',
      YARDSTICK,
      part(({ bytesEach }) => bytesEach),
    ),
    compare(
      `${subject}: delay of an event, p50`,
      'ms',
      YARDSTICK,
      part(({ medianMs }) => medianMs),
    ),
    compare(
      `${subject}: delay of an event, last client`,
      'ms',
      YARDSTICK,
      part(({ lastMs }) => lastMs),
    ),
  ];
}

async function measureStreams(start: () => Promise<Helper>): Promise<StreamCost> {
  const server = await start();
  const listeners = await startHelper('event-listeners');
  try {
    await server.ask('tell');
    await sleep(SETTLE_MS);
    const before = await server.ask<number>('memory');
    await listeners.ask({ port: server.port, clients: CLIENTS });
    await sleep(SETTLE_MS);
    const after = await server.ask<number>('memory');
    const medians: number[] = [];
    const lasts: number[] = [];
    for (let i = 0; i < EVENTS; i += 1) {
      await server.ask('tell');
      const delaysMs = await listeners.ask<number[]>('delays');
      medians.push(quantile(delaysMs, 0.5));
      lasts.push(quantile(delaysMs, 1));
    }
    return {
      bytesEach: (after - before) / CLIENTS,
      medianMs: medianOf(medians),
      lastMs: medianOf(lasts),
    };
  } finally {
    await Promise.all([server.stop(), listeners.stop()]);
  }
}

function medianOf(values: readonly number[]): number {
  return quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
}
