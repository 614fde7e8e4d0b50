import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';

/** How long a started Headroom may take until it is ready, in milliseconds. */
const START_MS = 120_000;

/** Runs a command to its end and returns what it printed; one that fails ends this program. */
export function run(command, args, options = {}) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', ...options });
  if (status === 0) return stdout;
  console.error(`${command} ${args.join(' ')} failed (${status}):\n${stdout}\n${stderr}`);
  process.exit(1);
}

/** A port without a listener. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * Starts a demo, waits until it is ready, hands its URL, port and process id to `look`, and stops it.
 * @returns how long it took until it was ready, in milliseconds
 */
export async function tryDemo(command, args, options, look) {
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn(command, [...args, 'demo', `--web.listen-address=127.0.0.1:${port}`], {
    stdio: ['ignore', 'inherit', 'inherit'],
    ...options,
  });
  const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
  const url = `http://127.0.0.1:${port}`;
  let readyMs;
  try {
    await waitUntilReady(`${url}/-/ready`, ended);
    readyMs = performance.now() - startedAt;
    await look(url, port, child.pid);
  } finally {
    child.kill('SIGTERM');
  }
  const exitCode = await ended;
  if (exitCode !== 0) throw new Error(`It ended with exit code ${exitCode}`);
  return readyMs;
}

async function waitUntilReady(url, ended) {
  const deadline = performance.now() + START_MS;
  while (performance.now() < deadline) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    const exitCode = await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 100))]);
    if (exitCode !== undefined) throw new Error(`It ended before it was ready, with exit code ${exitCode}`);
  }
  throw new Error(`It was not ready within ${START_MS} ms`);
}
