import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Benchmark } from '../measure/benchmark.ts';
import { compare, observe } from '../measure/finding.ts';
import { takeTurns } from '../measure/take-turns.ts';
import { headroomEnvironment, PROGRAM } from '../processes/headroom.ts';
import { startHelper } from '../processes/helper.ts';

const TURNS = 11;
const BOUND_MS = 500;
const MANIFEST = '/v2/ratelimitpreview/test/manifests/latest';
const TOKEN = '/token?service=registry.docker.io&scope=repository:ratelimitpreview/test:pull';

/** How long `headroom check` takes at a terminal. */
export const check: Benchmark = {
  name: 'check',
  about:
    'Time from the start of `headroom check` to its end, beside two runs of curl as the documentation of Docker has ' +
    'them: one for a token, one for the headers.',
  async run() {
    const simulator = await startHelper('simulated-hub');
    const hub = `http://127.0.0.1:${simulator.port}`;
    try {
      const env = headroomEnvironment(simulator.port);
      const headroom = (): Promise<number> => timeToEnd(process.execPath, [PROGRAM, 'check'], env);
      const curl = (): Promise<number> => timeToEnd('sh', ['-c', curlScript(hub)], env);
      const turns = await takeTurns(TURNS, headroom, curl);
      const ours = turns.map((turn) => turn.ours);
      return [
        observe('headroom check', 'ms', ours, BOUND_MS),
        compare('headroom check', 'ms', 'curl, twice', turns),
      ];
    } finally {
      await simulator.stop();
    }
  },
};

function curlScript(hub: string): string {
  const token = `$(curl -fsS '${hub}${TOKEN}' | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')`;
  return `curl -fsS --head -H "Authorization: Bearer ${token}" '${hub}${MANIFEST}'`;
}

async function timeToEnd(program: string, argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(program, argv, { stdio: ['ignore', 'ignore', 'inherit'], env });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${program} has ended with ${code}`);
  return performance.now() - startedAt;
}
