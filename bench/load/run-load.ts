import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { quantile } from '../measure/statistics.ts';
import { createAnswerReader } from './answer-reader.ts';
import type { Load, LoadResult } from './load.ts';

/**
 * Asks a server over kept connections for a while.
 * @throws Error when a connection breaks or an answer is not 200: numbers of a broken run are worth nothing
 */
export async function runLoad(load: Load): Promise<LoadResult> {
  const request = requestBytes(load);
  const latencies: number[] = [];
  const startedAt = performance.now();
  const endsAt = startedAt + load.durationMs;
  await Promise.all(
    Array.from({ length: load.connections }, () => runConnection(load, request, endsAt, latencies)),
  );
  const elapsedMs = performance.now() - startedAt;
  const sorted = Float64Array.from(latencies).sort();
  return {
    perSecond: (latencies.length / elapsedMs) * 1_000,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
  };
}

function requestBytes({ method, path, port, headers }: Load): Buffer {
  const lines = Object.entries({ Host: `127.0.0.1:${port}`, ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
}

function runConnection(load: Load, request: Buffer, endsAt: number, latencies: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ port: load.port, host: '127.0.0.1', noDelay: true });
    let sentAt = 0;
    const send = (): void => {
      sentAt = performance.now();
      socket.write(request);
    };
    const read = createAnswerReader(load.method !== 'HEAD', (status) => {
      const now = performance.now();
      if (status !== 200)
        socket.destroy(new Error(`${load.method} ${load.path} was answered with ${status}`));
      latencies.push(now - sentAt);
      if (now < endsAt) send();
      else socket.end(resolve);
    });
    socket.on('connect', send);
    socket.on('data', read);
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('The server closed a connection')));
  });
}
