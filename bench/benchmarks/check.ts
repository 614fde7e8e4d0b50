import { fileURLToPath } from 'node:url';
import type { Benchmark } from '../measure/benchmark.ts';
import { compare, observe } from '../measure/finding.ts';
import { takeTurns } from '../measure/take-turns.ts';
import { headroomEnvironment, PROGRAM } from '../processes/headroom.ts';
import { startHelper } from '../processes/helper.ts';
import { timeToEnd } from '../processes/time-to-end.ts';

const TURNS = 11;
const BOUND_MS = 500;
const BARE_CHECK = fileURLToPath(new URL('../processes/bare-check.js', import.meta.url));
const MANIFEST = '/v2/ratelimitpreview/test/manifests/latest';
const TOKEN = '/token?service=registry.docker.io&scope=repository:ratelimitpreview/test:pull';

/** How long `headroom check` takes at a terminal. */
export const check: Benchmark = {
  name: 'check',
  about:
    'Time from the start of `headroom check` to its end, beside a script of 20 lines that makes the same two requests with ' +
    'undici, and beside two runs of curl as the documentation of Docker has them: one for a token, one for the headers.',
  async run() {
    const simulator = await startHelper('simulated-hub');
    const hub = `http://127.0.0.1:${simulator.port}`;
    try {
      const env = headroomEnvironment(simulator.port);
      const headroom = (): Promise<number> => timeToEnd(process.execPath, [PROGRAM, 'check'], env);
      const curl = (): Promise<number> => timeToEnd('sh', ['-c', curlScript(hub)], env);
      const script = (): Promise<number> => timeToEnd(process.execPath, [BARE_CHECK, hub], env);
      const scripts = await takeTurns(TURNS, headroom, script);
      const curls = await takeTurns(TURNS, headroom, curl);
      const ours = scripts.map((turn) => turn.ours);
      return [
        observe('headroom check', 'ms', ours, BOUND_MS),
        compare('headroom check', 'ms', 'undici, 20 lines', scripts, 1.3),
        compare('headroom check', 'ms', 'curl, twice', curls),
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
