import { createServer, type IncomingMessage, request } from 'node:http';
import express, { type Request, type Response } from 'express';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createEventClients, type EventClientsOptions } from '../../../src/web/api/event-clients.ts';

const PATIENCE = { timeout: 10_000, interval: 10 };

/** Streams behind a real server, and a heart that beats by hand. */
async function streams(options: EventClientsOptions = {}) {
  let beat = (): void => undefined;
  let isBeating = false;
  const clients = createEventClients({
    every: (_, tick) => {
      beat = tick;
      isBeating = true;
      return () => {
        isBeating = false;
      };
    },
    ...options,
  });
  const application = express();
  application.get('/', (incoming: Request, response: Response) => {
    if (!clients.admit(incoming, response, 'event: first\n\n')) response.status(503).end();
  });
  const server = createServer(application).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.closeAllConnections());
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };

  function listen(method = 'GET'): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port, method }, resolve).on('error', reject).end();
    });
  }
  return { clients, listen, beat: () => beat(), isBeating: () => isBeating };
}

/** What a client has been sent so far. */
function reading(stream: IncomingMessage): { text: string } {
  const heard = { text: '' };
  stream.setEncoding('utf8').on('data', (chunk) => {
    heard.text += chunk;
  });
  stream.on('error', () => undefined);
  return heard;
}

describe('createEventClients()', () => {
  test('begins a stream that nobody keeps, changes or holds back', async () => {
    const { listen } = await streams();
    const stream = await listen();
    expect(stream.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    expect(stream.headers['content-encoding']).toBeUndefined();
    const heard = reading(stream);
    await vi.waitFor(() => expect(heard.text).toBe('retry: 2000\n\nevent: first\n\n'), PATIENCE);
  });

  test('sends everybody the same, and a heartbeat while somebody listens', async () => {
    const { clients, listen, beat, isBeating } = await streams();
    expect(isBeating()).toBe(false);
    const streamsOpen = [await listen(), await listen()];
    const heard = streamsOpen.map(reading);
    clients.send('event: second\n\n');
    beat();
    for (const one of heard) {
      await vi.waitFor(() => expect(one.text).toMatch(/event: second\n\n: still here\n\n$/), PATIENCE);
    }
    for (const stream of streamsOpen) stream.destroy();
    await vi.waitFor(() => expect([clients.size, isBeating()]).toEqual([0, false]), PATIENCE);
  });

  test('cuts off a client that does not read, and nobody else', async () => {
    const { clients, listen } = await streams({ mostBuffered: 256 * 1_024 });
    const heard = reading(await listen());
    const sleeper = await listen();
    const closed = new Promise((resolve) => sleeper.on('close', resolve).on('error', resolve));
    const text = `data: ${'x'.repeat(64 * 1_024)}\n\n`;
    let sent = 0;
    while (clients.size === 2 && sent < 1_000) {
      clients.send(text);
      sent += 1;
      await vi.waitFor(() => expect(heard.text.length).toBeGreaterThanOrEqual(sent * text.length), PATIENCE);
    }
    expect(clients.size).toBe(1);
    sleeper.resume();
    await closed;
  });

  test('takes no more than it should, and answers HEAD without a stream', async () => {
    const { clients, listen } = await streams({ mostClients: 1 });
    const head = await listen('HEAD');
    expect([head.statusCode, clients.size]).toEqual([200, 0]);
    await listen();
    expect((await listen()).statusCode).toBe(503);
  });

  test('ends every stream when it is closed, and takes no more', async () => {
    const { clients, listen } = await streams();
    const stream = await listen();
    const ended = new Promise((resolve) => stream.resume().on('end', resolve));
    clients.close();
    await ended;
    expect((await listen()).statusCode).toBe(503);
  });
});
