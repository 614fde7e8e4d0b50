import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createAnswerReader } from '../load/answer-reader.ts';
import type { Benchmark } from '../measure/benchmark.ts';
import { compare, observe } from '../measure/finding.ts';
import { takeTurns } from '../measure/take-turns.ts';
import { freePort } from '../processes/free-port.ts';
import { headroomEnvironment, headroomFlags, PROGRAM } from '../processes/headroom.ts';
import { startHelper } from '../processes/helper.ts';
import { timeToEnd } from '../processes/time-to-end.ts';

const TURNS = 11;
const BOUND_MS = 500;
/** Time between two attempts to connect, in milliseconds; the measurement is no finer. */
const RETRY_MS = 2;
const BARE_EXPRESS = fileURLToPath(new URL('../processes/bare-express.js', import.meta.url));

/** How soon it can be scraped. */
export const startup: Benchmark = {
  name: 'startup',
  about:
    'Time from the start of the process to the first successful GET /metrics, beside a bare Express server and ' +
    'beside `node -e 0` from start to end; and `headroom --version` from start to end.',
  async run() {
    const simulator = await startHelper('simulated-hub');
    try {
      const env = headroomEnvironment(simulator.port);
      const headroom = (): Promise<number> => timeToMetrics((port) => [PROGRAM, ...headroomFlags(port)], env);
      const express = (): Promise<number> => timeToMetrics((port) => [BARE_EXPRESS, String(port)], env);
      const beside = await takeTurns(TURNS, headroom, express);
      const emptyNode = (): Promise<number> => timeToEnd(process.execPath, ['-e', '0']);
      const version = (): Promise<number> => timeToEnd(process.execPath, [PROGRAM, '--version'], env);
      const node = await takeTurns(TURNS, headroom, emptyNode);
      const versions = await takeTurns(TURNS, version, emptyNode);
      return [
        observe(
          'start to first /metrics',
          'ms',
          beside.map(({ ours }) => ours),
          BOUND_MS,
        ),
        compare('start to first /metrics', 'ms', 'Express', beside, 1.5),
        compare('start to first /metrics', 'ms', 'node -e 0', node),
        compare('headroom --version', 'ms', 'node -e 0', versions, 1.5),
      ];
    } finally {
      await simulator.stop();
    }
  },
};

async function timeToMetrics(argvOf: (port: number) => string[], env: NodeJS.ProcessEnv): Promise<number> {
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn(process.execPath, argvOf(port), { stdio: ['ignore', 'ignore', 'inherit'], env });
  try {
    while ((await tryScrape(port)) !== 200) {
      if (child.exitCode !== null) throw new Error(`A server ended before it answered: ${child.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
    return performance.now() - startedAt;
  } finally {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
}

/** The status of the answer; undefined while nothing listens. */
function tryScrape(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const read = createAnswerReader(true, (status) => {
      socket.destroy();
      resolve(status);
    });
    socket.on('connect', () => socket.write(`GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`));
    socket.on('data', read);
    socket.on('error', () => resolve(undefined));
  });
}
