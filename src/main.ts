#!/usr/bin/env node
import { systemClock } from './cli/host.ts';
import { reportUnforeseen, runCommand } from './cli/run-command.ts';

const stopping = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => stopping.abort());
}

// At a limit on file sizes (`ulimit -f`) a write fails, as on a full disk. Without a listener the process would end.
process.on('SIGXFSZ', () => undefined);

for (const stream of [process.stdout, process.stderr]) {
  // A closed pipe (`| head`) or a full disk must not end the process.
  stream.on('error', () => undefined);
}

// Reports errors of listeners and timers, and rejected promises that are not awaited.
process.on('uncaughtException', (error) => process.exit(reportUnforeseen(error, process)));

const exitCode = await runCommand(process.argv.slice(2), {
  env: process.env,
  readStdin: async () => (await import('node:stream/consumers')).text(process.stdin),
  stdout: process.stdout,
  stderr: process.stderr,
  clock: systemClock,
  random: Math.random,
  stopSignal: stopping.signal,
  onHangup: (listener) => void process.on('SIGHUP', listener),
});
// A socket that is still connecting would keep the process alive for its whole timeout.
process.exit(exitCode);
