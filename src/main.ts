#!/usr/bin/env node
import { text } from 'node:stream/consumers';
import { systemClock } from './cli/host.ts';
import { reportUnforeseen, runCommand } from './cli/run-command.ts';

const stopping = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => stopping.abort());
}

// A limit on the size of files (`ulimit -f`) must refuse a write, as a full disk does, not end the process.
process.on('SIGXFSZ', () => undefined);

for (const stream of [process.stdout, process.stderr]) {
  // A reader that has gone (`| head`) or a full disk must not end what others rely on.
  stream.on('error', () => undefined);
}

// Errors of listeners and timers, and rejected promises that are not awaited.
process.on('uncaughtException', (error) => process.exit(reportUnforeseen(error, process)));

const exitCode = await runCommand(process.argv.slice(2), {
  env: process.env,
  readStdin: () => text(process.stdin),
  stdout: process.stdout,
  stderr: process.stderr,
  clock: systemClock,
  random: Math.random,
  stopSignal: stopping.signal,
  onHangup: (listener) => void process.on('SIGHUP', listener),
});
// A socket that is still connecting would keep the process for its whole timeout.
process.exit(exitCode);
