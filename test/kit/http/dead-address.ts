import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** An address of loopback that takes no connection: neither accepted nor refused, as behind a firewall that drops packets. */
export interface DeadAddress {
  readonly port: number;
  /** Accepts the connections that wait, and all that follow. */
  revive(): void;
}

const LISTEN = `
  const [host, port, target] = process.argv.slice(1);
  const { connect, createServer } = require('node:net');
  const server = createServer((socket) => {
    socket.on('error', () => {});
    if (target !== '0') socket.pipe(connect(target, '127.0.0.1').on('error', () => socket.destroy())).pipe(socket);
  });
  server.listen({ host, port: Number(port), backlog: 1 }, () => {
    console.log(server.address().port);
  });`;

/**
 * Starts one for one test: a process that listens, is stopped, and whose queue of connections is full.
 * @param port 0: any
 * @param target the port of loopback to which a revived address passes connections on; 0: to none
 */
export async function startDeadAddress(host: string, port = 0, target = 0): Promise<DeadAddress> {
  const child = spawn(process.execPath, ['-e', LISTEN, host, String(port), String(target)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = await once(child.stdout, 'data');
  const taken = Number(String(line).trim());
  child.kill('SIGSTOP');
  await fillQueue(host, taken);
  return { port: taken, revive: () => void child.kill('SIGCONT') };
}

/** Connects until a connection stays unanswered; the queue holds two. */
async function fillQueue(host: string, port: number): Promise<void> {
  for (let i = 0; i < 10; i += 1) {
    const socket = connect(port, host).on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
    if (!(await connectsSoon(socket))) return;
  }
  throw new Error(`${host}:${port} accepts connections`);
}

function connectsSoon(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), 300);
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
