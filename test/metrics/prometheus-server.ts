import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { findProgram } from '../find-program.ts';

/** Contains a series with its current value, as the query API returns it. */
export interface StoredSample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** A running Prometheus server with its own folder. */
export interface PrometheusServer {
  /** The base URL of the server. */
  readonly url: string;
  /** Returns the result of an instant query. */
  query(expression: string): Promise<readonly StoredSample[]>;
  /** Returns the result of another `/api/v1/` path. */
  get(path: string): Promise<unknown>;
  stop(): Promise<void>;
}

/** How long a test waits for Prometheus, in milliseconds. */
const PATIENCE_MS = 30_000;

/**
 * Starts Prometheus with scrape jobs, which are YAML under `scrape_configs`. Scrapes and evaluates twice a second.
 * @param more other sections of its configuration
 * @param prepare fills the folder of its data before the start
 * @param flags more flags of its command line
 */
export async function startPrometheus(
  scrapeConfigs: string,
  more = '',
  prepare?: (dataFolder: string) => Promise<void>,
  flags: readonly string[] = [],
): Promise<PrometheusServer> {
  const folder = await mkdtemp(join(tmpdir(), 'headroom-prometheus-'));
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  await writeFile(
    join(folder, 'prometheus.yml'),
    `global: { scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 500ms }
${more}
scrape_configs:
${scrapeConfigs}`,
  );
  await prepare?.(join(folder, 'data'));
  const child = spawn(findProgram('prometheus') ?? 'prometheus', [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=error',
    ...flags,
  ]);
  let log = '';
  child.stderr.on('data', (chunk) => {
    log += chunk;
  });

  async function get(path: string): Promise<unknown> {
    const response = await fetch(`${base}/api/v1/${path}`);
    const answer = (await response.json()) as { data?: unknown; error?: string };
    if (answer.error !== undefined) throw new Error(`Prometheus refuses ${path}: ${answer.error}`);
    return answer.data;
  }

  const server: PrometheusServer = {
    url: base,
    get,
    async query(expression) {
      const data = (await get(`query?query=${encodeURIComponent(expression)}`)) as { result: StoredSample[] };
      return data.result;
    },
    async stop() {
      await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    await waitUntil(
      async () => (await fetch(`${base}/-/ready`)).ok || Promise.reject(new Error('Not ready')),
    );
  } catch (error) {
    await server.stop();
    throw new Error(`Prometheus did not start: ${log}`, { cause: error });
  }
  return server;
}

/** Repeats a call until it no longer throws. */
export function waitUntil<Value>(attempt: () => Promise<Value>): Promise<Value> {
  return vi.waitFor(attempt, { timeout: PATIENCE_MS, interval: 50 });
}

/** Stops a program that the test has started. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** Returns a port that was free a moment ago, since Prometheus 2 does not report its port for port 0. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new TypeError('No port was given');
  return address.port;
}
