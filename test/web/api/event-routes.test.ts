import { createServer, type IncomingMessage, request } from 'node:http';
import type { Request, Response } from 'express';
import express from 'express';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createEventClients, type EventClientsOptions } from '../../../src/web/api/event-routes.ts';
import { liveStates, resultOf } from '../changing-states.ts';
import { startWeb } from '../start-web.ts';
import { metered, STATE_IN, stateAfter } from '../states.ts';

const PATIENCE = { timeout: 30_000, interval: 10 };

/** Starts streams with an HTTP server and a heartbeat that the test triggers. */
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

/** Collects the text that a client has received. */
function reading(stream: IncomingMessage): { text: string } {
  const heard = { text: '' };
  stream.setEncoding('utf8').on('data', (chunk) => {
    heard.text += chunk;
  });
  stream.on('error', () => undefined);
  return heard;
}

describe('createEventClients()', () => {
  test('begins a stream that is not cached, compressed or buffered', async () => {
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

  test('sends the same to every client, and a heartbeat while clients are connected', async () => {
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

  test('disconnects a client that does not read, and no other', async () => {
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

  test('accepts no more than its maximum, and answers HEAD without a stream', async () => {
    const { clients, listen } = await streams({ mostClients: 1 });
    const head = await listen('HEAD');
    expect([head.statusCode, clients.size]).toEqual([200, 0]);
    await listen();
    expect((await listen()).statusCode).toBe(503);
  });

  test('ends every stream when it is closed, and accepts no more', async () => {
    const { clients, listen } = await streams();
    const stream = await listen();
    const ended = new Promise((resolve) => stream.resume().on('end', resolve));
    clients.close();
    await ended;
    expect((await listen()).statusCode).toBe(503);
  });
});

/** Listens to a stream, as a browser does. */
async function listenTo(url: URL, headers: Record<string, string> = {}) {
  const stopping = new AbortController();
  onTestFinished(() => stopping.abort());
  const response = await fetch(url, { headers, signal: stopping.signal });
  const heard = { text: '', isOver: false };
  const read = async () => {
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) heard.text += chunk;
    heard.isOver = true;
  };
  read().catch(() => undefined);
  return { response, heard };
}

function idsIn(text: string): string[] {
  return [...text.matchAll(/^id: (.*)$/gm)].map((match) => match[1] ?? '');
}

function namesIn(text: string): string[] {
  return [...text.matchAll(/"credential":"(.*?)"/g)].map((match) => match[1] ?? '');
}

describe.each(['/', '/ops/headroom'])('/api/v1/events below %s', (routePrefix) => {
  test('sends each result as it happens', async () => {
    const live = liveStates([STATE_IN.ok]);
    const { url } = await startWeb({ ...live.options, routePrefix });
    const { heard } = await listenTo(new URL('api/v1/events', url));
    live.become([stateAfter('team', [metered(12, 200, 'acmeteam', 3_600)])]);
    await vi.waitFor(() => expect(heard.text).toContain('event: result'), PATIENCE);
    expect(JSON.parse(/^data: (.*)$/m.exec(heard.text)?.[1] ?? '')).toEqual({
      credential: 'team',
      at: '2026-11-23T20:59:48.000Z',
      duration_seconds: 0.18,
      outcome: 'limited',
      remaining: 12,
      limit: 200,
      window_seconds: 3_600,
      source: { value: 'acmeteam', kind: 'account' },
      downgraded: false,
      reason: null,
      detail: null,
    });
  });

  test('sends a returning client the missed events, and nothing twice', async () => {
    const live = liveStates([STATE_IN.ok]);
    const { url } = await startWeb({ ...live.options, routePrefix });
    const first = await listenTo(new URL('api/v1/events', url));
    live.tell(resultOf('a'));
    await vi.waitFor(() => expect(idsIn(first.heard.text)).toHaveLength(1), PATIENCE);
    const [lastId = ''] = idsIn(first.heard.text);
    for (const name of ['b', 'c']) live.tell(resultOf(name));
    const second = await listenTo(new URL('api/v1/events', url), { 'last-event-id': lastId });
    live.tell(resultOf('d'));
    await vi.waitFor(() => expect(namesIn(second.heard.text)).toEqual(['b', 'c', 'd']), PATIENCE);
  });

  test('sends a reset to a client that missed too much', async () => {
    const { url } = await startWeb({ routePrefix });
    const { heard } = await listenTo(new URL('api/v1/events', url), { 'last-event-id': 'before-17' });
    await vi.waitFor(() => expect(heard.text).toMatch(/^id: \w+-0\nevent: reset\ndata: \{\}\n\n/m), PATIENCE);
  });
});

test('/api/v1/events ends when Headroom stops', async () => {
  const { url, web } = await startWeb();
  const { heard } = await listenTo(new URL('api/v1/events', url));
  await web.stop();
  await vi.waitFor(() => expect(heard.isOver).toBe(true), PATIENCE);
});

test.each(['api/v1/events', 'events/overview'])('%s answers HEAD, and 405 to POST', async (path) => {
  const { url } = await startWeb();
  const head = await fetch(new URL(path, url), { method: 'HEAD' });
  expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
  expect((await fetch(new URL(path, url), { method: 'POST' })).status).toBe(405);
});

describe('/events/overview', () => {
  test('sends results that come together once, as parts of the page', async () => {
    const live = liveStates([STATE_IN.ok, STATE_IN.low]);
    const { url } = await startWeb(live.options);
    const { heard } = await listenTo(new URL('events/overview', url));
    live.become([stateAfter('team', [metered(0, 200, 'acmeteam')]), STATE_IN.low]);
    await vi.waitFor(() => expect(heard.text).toContain('event: update'), PATIENCE);
    const [data] = [...heard.text.matchAll(/^data: (.*)$/gm)].map((match) => JSON.parse(match[1] ?? ''));
    expect(data).toMatchObject({ title: 'Exhausted (1)', total: 2 });
    expect(data.favicon).toMatch(/^\.\/assets\/favicon-bad\.\w+\.svg$/);
    expect(data.answer).toContain('Yes, but not with every credential');
    expect(data.cards).toHaveLength(2);
    expect(data.cards[0].html).toContain(`id="${data.cards[0].id}"`);
  });

  test('sends a returning page the buckets that have changed meanwhile', async () => {
    const live = liveStates([STATE_IN.ok, STATE_IN.low]);
    const { url } = await startWeb(live.options);
    const page = await (await fetch(url)).text();
    const lastId = /data-event-id="([^"]+)"/.exec(page)?.[1] ?? '';
    live.tell(resultOf('team'));
    const { heard } = await listenTo(new URL(`events/overview?after=${lastId}`, url));
    await vi.waitFor(() => expect(heard.text.match(/"id":"bucket-/g)).toHaveLength(1), PATIENCE);
  });

  test('contains nothing of its reader: neither token nor filter', async () => {
    const live = liveStates([STATE_IN.ok]);
    const { url } = await startWeb(live.options);
    const page = await (await fetch(new URL('?q=team', url))).text();
    const token = /name="token" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const { heard } = await listenTo(new URL('events/overview?q=team', url));
    live.tell(resultOf('team'));
    await vi.waitFor(() => expect(heard.text).toContain('event: update'), PATIENCE);
    expect(token).not.toBe('');
    expect(heard.text).not.toContain(token);
    expect(heard.text).not.toContain('q=team');
  });
});
