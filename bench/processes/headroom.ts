import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';

/** The program as it is installed; `npm run` always runs in the root of the package. */
export const PROGRAM = resolve('dist/main.js');

/** How Headroom is started. */
export interface HeadroomPlan {
  /** The port of the simulated hub. */
  readonly hubPort: number;
  /** How many anonymous credentials it has. */
  readonly credentials: number;
  /** Cron expression of 5 or 6 fields. */
  readonly schedule: string;
  /** Such as `10s`. */
  readonly jitter: string;
  /** The section `alerts`, as YAML; none unless given. */
  readonly alerts?: string;
}

/** Headroom in a process of its own. */
export interface HeadroomProcess {
  readonly port: number;
  stop(): Promise<void>;
}

/** The longest that the first round may take, in milliseconds (5 min): ten thousand credentials take their time. */
const FIRST_ROUND_MS = 300_000;

/** Starts the real program and waits until every credential has its first result. */
export async function startHeadroom(plan: HeadroomPlan): Promise<HeadroomProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'headroom-bench-'));
  const file = join(folder, 'headroom.yml');
  const port = await freePort();
  await writeFile(file, configOf(plan));
  const child = spawn(process.execPath, [PROGRAM, ...headroomFlags(port, file)], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: headroomEnvironment(plan.hubPort),
  });
  const headroom: HeadroomProcess = {
    port,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
  const giveUpAt = Date.now() + FIRST_ROUND_MS;
  while (!(await isReady(port))) {
    if (child.exitCode !== null || Date.now() > giveUpAt) {
      await headroom.stop();
      throw new Error(`Headroom did not become ready with ${plan.credentials} credentials`);
    }
    await sleep(100);
  }
  return headroom;
}

/** Flags that let it listen on loopback and log nothing but trouble. */
export function headroomFlags(port: number, file?: string): string[] {
  const flags = [`--web.listen-address=127.0.0.1:${port}`, '--log.level=warn'];
  return file === undefined ? flags : [...flags, `--config.file=${file}`];
}

/** The environment without anything that configures Headroom, and with this hub. */
export function headroomEnvironment(hubPort: number): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(?:HEADROOM|DOCKERHUB|SLACK)_/.test(name));
  return { ...Object.fromEntries(own), HEADROOM_HUB_URL: `http://127.0.0.1:${hubPort}` };
}

function configOf({ credentials, schedule, jitter, alerts }: HeadroomPlan): string {
  const names = Array.from({ length: credentials }, (_, i) => `  - { name: credential-${i} }\n`);
  // The file is relative to the configuration's folder, which goes with the process.
  const watched = alerts === undefined ? '' : `alerts: ${alerts}\n`;
  return `${watched}history: { path: headroom.db }\npoll: { schedule: "${schedule}", jitter: ${jitter} }\ncredentials:\n${names.join('')}`;
}

async function isReady(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/-/ready`);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
