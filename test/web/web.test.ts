import { EventEmitter, once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createWeb } from '../../src/web/web.ts';
import { startWeb, webOptions } from './start-web.ts';

async function occupyPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A scrape whose answer a test triggers. */
function createPendingScrape() {
  const gate = new EventEmitter();
  const arrived = once(gate, 'arrive');
  const released = once(gate, 'finish');
  return {
    arrived,
    finish: () => gate.emit('finish'),
    async expose() {
      gate.emit('arrive');
      await released;
      return { contentType: 'text/plain; version=0.0.4', body: [Buffer.from('up 1\n')] };
    },
  };
}

describe('createWeb()', () => {
  test('listens on several addresses, and states where', async () => {
    const address = { host: '127.0.0.1', port: 0 };
    const { web } = await startWeb({ listenAddresses: [address, address], routePrefix: '/headroom' });
    expect(web.urls).toHaveLength(2);
    for (const url of web.urls) {
      expect(url.pathname).toBe('/headroom/');
      expect((await fetch(url)).status).toBe(200);
    }
  });

  test('listens on every interface without a host', async () => {
    const { url } = await startWeb({ listenAddresses: [{ host: undefined, port: 0 }] });
    expect(url.hostname).toBe('localhost');
    expect((await fetch(`http://127.0.0.1:${url.port}/-/healthy`)).status).toBe(200);
  });

  test('states what is wrong with an address, and listens nowhere', async () => {
    const port = await occupyPort();
    const web = createWeb(
      webOptions({
        listenAddresses: [
          { host: '127.0.0.1', port: 0 },
          { host: '127.0.0.1', port },
        ],
      }),
    );
    await expect(web.start()).rejects.toThrow(`Cannot listen on 127.0.0.1:${port}: the port is in use`);
    expect(web.urls).toEqual([]);
  });

  test('does not start with a bad web configuration', async () => {
    const web = createWeb(webOptions({ webConfigFile: '/nowhere/web-config.yml' }));
    await expect(web.start()).rejects.toThrow('/nowhere/web-config.yml: Cannot be read: ENOENT');
  });

  test('lets a request under way finish when it stops', async () => {
    const scrape = createPendingScrape();
    const { web, url } = await startWeb({ expose: scrape.expose });
    const answer = fetch(new URL('metrics', url));
    await scrape.arrived;
    const stopped = web.stop();
    scrape.finish();
    expect(await (await answer).text()).toBe('up 1\n');
    await stopped;
    await expect(fetch(url)).rejects.toThrow();
  });

  test('is not ready while it stops', async () => {
    const scrape = createPendingScrape();
    const { web, url } = await startWeb({ expose: scrape.expose });
    const socket = connect(Number(url.port), url.hostname);
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.write('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n');
    await scrape.arrived;
    const stopped = web.stop();
    socket.write('GET /-/ready HTTP/1.1\r\nHost: a\r\n\r\n');
    scrape.finish();
    await Promise.all([stopped, once(socket, 'close')]);
    expect(text).toContain('HTTP/1.1 503');
    expect(text).toContain('Headroom is stopping');
  });

  test('cuts off a request that does not end', async () => {
    const scrape = createPendingScrape();
    const { web, url } = await startWeb({ expose: scrape.expose });
    const answer = fetch(new URL('metrics', url));
    await scrape.arrived;
    const [, outcome] = await Promise.allSettled([web.stop(), answer]);
    expect(outcome.status).toBe('rejected');
  });
});
