import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../find-program.ts';
import { end, freePort, waitUntil } from '../metrics/prometheus-server.ts';

/** The program as Debian names it. */
export const ALERTMANAGER = 'prometheus-alertmanager';

/** An alert as Alertmanager's API gives it. */
export interface ReceivedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A real Alertmanager with a folder of its own, which sends no notifications. */
export interface AlertmanagerServer {
  /** Host and port, as Prometheus wants it. */
  readonly address: string;
  /** Alerts that fire now. */
  alerts(): Promise<readonly ReceivedAlert[]>;
  stop(): Promise<void>;
}

/** Starts Alertmanager by itself, without a cluster. */
export async function startAlertmanager(): Promise<AlertmanagerServer> {
  const folder = await mkdtemp(join(tmpdir(), 'headroom-alertmanager-'));
  const address = `127.0.0.1:${await freePort()}`;
  const file = join(folder, 'alertmanager.yml');
  await writeFile(file, 'route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n');
  const child = spawn(findProgram(ALERTMANAGER) ?? ALERTMANAGER, [
    `--config.file=${file}`,
    `--storage.path=${join(folder, 'data')}`,
    `--web.listen-address=${address}`,
    '--cluster.listen-address=',
    '--log.level=error',
  ]);
  let log = '';
  child.stderr.on('data', (chunk) => {
    log += chunk;
  });
  const server: AlertmanagerServer = {
    address,
    async alerts() {
      const response = await fetch(`http://${address}/api/v2/alerts`);
      return (await response.json()) as ReceivedAlert[];
    },
    async stop() {
      await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    await waitUntil(
      async () => (await fetch(`http://${address}/-/ready`)).ok || Promise.reject(new Error('Not ready')),
    );
  } catch (error) {
    await server.stop();
    throw new Error(`Alertmanager did not start: ${log}`, { cause: error });
  }
  return server;
}
