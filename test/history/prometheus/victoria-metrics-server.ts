import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../../find-program.ts';
import { end, freePort, waitUntil } from '../../metrics/prometheus-server.ts';

/** A real VictoriaMetrics with a folder of its own. */
export interface VictoriaMetricsServer {
  /** Where it listens. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts VictoriaMetrics with scrape jobs, which are YAML under `scrape_configs`. Scrapes twice a second. */
export async function startVictoriaMetrics(scrapeConfigs: string): Promise<VictoriaMetricsServer> {
  const folder = await mkdtemp(join(tmpdir(), 'headroom-victoria-'));
  const url = `http://127.0.0.1:${await freePort()}`;
  const config = join(folder, 'scrape.yml');
  await writeFile(
    config,
    `global: { scrape_interval: 500ms, scrape_timeout: 500ms }\nscrape_configs:\n${scrapeConfigs}`,
  );
  const child = spawn(findProgram('victoria-metrics') ?? 'victoria-metrics', [
    `-promscrape.config=${config}`,
    `-storageDataPath=${join(folder, 'data')}`,
    `-httpListenAddr=${new URL(url).host}`,
    '-memory.allowedPercent=10',
    '-loggerLevel=ERROR',
  ]);
  async function stop(): Promise<void> {
    await end(child);
    await rm(folder, { recursive: true, force: true });
  }
  try {
    await waitUntil(async () => (await fetch(`${url}/health`)).ok || Promise.reject(new Error('Not ready')));
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}
