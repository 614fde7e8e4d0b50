import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { findProgram } from '../../find-program.ts';

/** An Alertmanager that runs. */
export interface AlertmanagerServer {
  readonly url: string;
  /** What `amtool alert query -o json` prints. */
  alerts(): readonly AmtoolAlert[];
  /** Waits until the alerts are as expected; fails with what they are. */
  until(isAsExpected: (alerts: readonly AmtoolAlert[]) => boolean): Promise<readonly AmtoolAlert[]>;
  stop(): Promise<void>;
}

/** The part of an alert that tests look at. */
export interface AmtoolAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly status: { readonly state: string };
}

const READY_TRIES = 200;

/** Starts Alertmanager on a free port of loopback; what fires and ends is sent to `webhookUrl`, grouped by `alertname`. */
export async function startAlertmanager(webhookUrl: string): Promise<AlertmanagerServer> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-alertmanager-'));
  const url = `http://127.0.0.1:${await freePort()}`;
  const config = join(folder, 'alertmanager.yml');
  writeFileSync(config, configuration(webhookUrl));
  const program = findProgram('prometheus-alertmanager') ?? 'prometheus-alertmanager';
  const child = spawn(
    program,
    [
      `--config.file=${config}`,
      `--storage.path=${folder}`,
      `--web.listen-address=${new URL(url).host}`,
      '--cluster.listen-address=',
    ],
    { stdio: 'ignore' },
  );
  await untilReady(url);
  const alerts = () => query(url);
  return {
    url,
    alerts,
    async until(isAsExpected) {
      for (let i = 0; i < READY_TRIES; i++) {
        const found = alerts();
        if (isAsExpected(found)) return found;
        await wait(25);
      }
      throw new Error(`Not as expected: ${JSON.stringify(alerts())}`);
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configuration(webhookUrl: string): string {
  return JSON.stringify({
    route: { receiver: 'hook', group_by: ['alertname'], group_wait: '10ms', group_interval: '50ms' },
    receivers: [{ name: 'hook', webhook_configs: [{ url: webhookUrl, send_resolved: true }] }],
  });
}

function query(url: string): readonly AmtoolAlert[] {
  const program = findProgram('amtool') ?? 'amtool';
  const { status, stdout, stderr } = spawnSync(
    program,
    ['alert', 'query', `--alertmanager.url=${url}`, '--output=json'],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as readonly AmtoolAlert[];
}

async function untilReady(url: string): Promise<void> {
  for (let i = 0; i < READY_TRIES; i++) {
    const answer = await fetch(`${url}/-/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await wait(25);
  }
  throw new Error('Alertmanager does not start');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port');
  return address.port;
}
