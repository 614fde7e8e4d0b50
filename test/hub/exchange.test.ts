import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { exchange, type HubRequest } from '../../src/hub/exchange.ts';
import { DeadlineExceeded } from '../../src/kit/deadline.ts';
import { createHttpClient } from '../../src/kit/http/http-client.ts';
import { NO_PROXIES } from '../../src/kit/http/proxy-rules.ts';
import { NODES_TRUST } from '../../src/kit/http/trust.ts';
import { listen, sayTo } from './loopback-server.ts';

const NEVER = new AbortController().signal;

function requestTo(port: number, method: HubRequest['method'] = 'HEAD'): HubRequest {
  return { peer: 'the hub at hub.test', method, url: new URL(`http://127.0.0.1:${port}/v2/`), headers: {} };
}

function openTransport() {
  const client = createHttpClient({ proxyFor: NO_PROXIES, isOneShot: true });
  onTestFinished(() => client.close());
  return { client, route: {}, trust: NODES_TRUST };
}

async function send(port: number, method: HubRequest['method'] = 'HEAD') {
  return await exchange(openTransport(), requestTo(port, method), NEVER);
}

describe('exchange()', () => {
  // the kind of answer | its bytes | the result
  test.each([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', 'malformed_response'],
    ['a broken header', 'HTTP/1.1 200 OK\r\nA b: 1\r\n\r\n', 'malformed_response'],
    ['endless headers', `HTTP/1.1 200 OK\r\nA: ${'x'.repeat(100_000)}`, 'malformed_response'],
    ['status 000', 'HTTP/1.1 000 Nothing\r\nContent-Length: 0\r\n\r\n', 'malformed_response'],
    ['status 000 without a phrase', 'HTTP/1.1 000\r\n\r\n', 'malformed_response'],
    ['status 99', 'HTTP/1.1 099 Low\r\nContent-Length: 0\r\n\r\n', 'malformed_response'],
    ['status 600', 'HTTP/1.1 600 High\r\nContent-Length: 0\r\n\r\n', 'malformed_response'],
    ['status 999', 'HTTP/1.1 999 Denied\r\nContent-Length: 0\r\n\r\n', 'malformed_response'],
    ['two digits', 'HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n', 'malformed_response'],
    ['four digits', 'HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n', 'malformed_response'],
    ['letters for a status', 'HTTP/1.1 abc OK\r\n\r\n', 'malformed_response'],
    ['a negative status', 'HTTP/1.1 -20 OK\r\n\r\n', 'malformed_response'],
    ['no status', 'HTTP/1.1\r\n\r\n', 'malformed_response'],
    ['another version', 'HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n', 'malformed_response'],
    ['100 and no end', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(100), 'malformed_response'],
    ['a flood of 103', 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'.repeat(5_000), 'malformed_response'],
    [
      '101 that was not asked for',
      'HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
      'malformed_response',
    ],
    ['nothing', '', 'reset'],
    ['half a head', 'HTTP/1.1 200 OK\r\nA: 1\r\n', 'reset'],
  ])('calls %s by its name', async (_, bytes, reason) => {
    expect(await send(await sayTo(bytes))).toMatchObject({ kind: 'failed', reason });
  });

  test('reports an incomplete body as a reset', async () => {
    const port = await sayTo('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf');

    expect(await send(port, 'GET')).toMatchObject({ kind: 'failed', reason: 'reset' });
  });

  test('does not wait for the body of a HEAD', async () => {
    const answer = await send(await sayTo('HTTP/1.1 200 OK\r\nContent-Length: 2782\r\n\r\n'));

    expect(answer).toMatchObject({ kind: 'answer', status: 200, body: '' });
  });

  test('reads a HEAD that is wrongly answered with a body', async () => {
    const answer = await send(
      await sayTo('HTTP/1.1 429 Too Many Requests\nRetry-After: 60\n\nToo Many Requests\n'),
    );

    expect(answer).toMatchObject({ kind: 'answer', status: 429 });
    expect(answer.kind === 'answer' && answer.header('retry-after')).toBe('60');
  });

  test('reads an answer with bare LF that comes in pieces', async () => {
    const bytes =
      'HTTP/1.1 429 Too Many Requests\nRetry-After: 60\nConnection: close\n\nToo Many Requests (HAP429).\n';
    const port = await listen(
      createServer((socket) => {
        socket.setNoDelay(true).once('data', async () => {
          for (const byte of bytes) {
            socket.write(byte);
            await new Promise(setImmediate);
          }
          socket.end();
        });
      }),
    );

    const answer = await send(port, 'GET');

    expect(answer).toMatchObject({ kind: 'answer', status: 429, body: 'Too Many Requests (HAP429).\n' });
    expect(answer.kind === 'answer' && answer.header('retry-after')).toBe('60');
  });

  test('joins repeated headers', async () => {
    const answer = await send(await sayTo('HTTP/1.1 200 OK\r\nA: 1\r\na: 2\r\nContent-Length: 0\r\n\r\n'));

    expect(answer.kind === 'answer' && [answer.header('a'), answer.header('b')]).toEqual(['1, 2', undefined]);
  });

  test('reads no more than 64 KiB and closes the connection', async () => {
    let hungUp: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => {
      hungUp = resolve;
    });
    const port = await listen(
      createServer((socket) => {
        socket.once('data', () => {
          socket.write('HTTP/1.1 200 OK\r\n\r\n');
          const pour = setInterval(() => socket.write('x'.repeat(16_384)), 1);
          socket.on('close', () => {
            clearInterval(pour);
            hungUp();
          });
        });
      }),
    );

    const answer = await send(port, 'GET');

    expect(answer).toMatchObject({ kind: 'answer', body: undefined });
    await closed;
  });

  test('uses each connection once', async () => {
    let connections = 0;
    const port = await listen(
      createServer((socket) => {
        connections += 1;
        socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
      }),
    );
    const line = openTransport();

    await exchange(line, requestTo(port, 'GET'), NEVER);
    await exchange(line, requestTo(port, 'GET'), NEVER);

    expect(connections).toBe(2);
  });

  test('ends when its signal aborts', async () => {
    const port = await listen(createServer());
    const signal = AbortSignal.abort(new DeadlineExceeded(1_000));

    expect(await exchange(openTransport(), requestTo(port), signal)).toEqual({
      kind: 'failed',
      reason: 'timeout',
      detail: "No answer from the hub at hub.test: the probe's time of 1s is over",
    });
  });
});
