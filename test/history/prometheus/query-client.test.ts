import type { RequestListener } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createQueryClient, type QueryEndpoint } from '../../../src/history/prometheus/query-client.ts';
import { Secret } from '../../../src/kit/secret.ts';
import { startFakeQueryApi } from './fake-query-api.ts';

const EMPTY = '{"status":"success","data":{"resultType":"vector","result":[]}}';
const LIMITS = { timeoutMs: 10_000, bodyBytes: 1_000, series: 10 };
const SHORT = { ...LIMITS, timeoutMs: 200 };

function clientOf(endpoint: Partial<QueryEndpoint> & Pick<QueryEndpoint, 'url'>, limits = LIMITS) {
  const client = createQueryClient(
    { readAuthorization: async () => undefined, caFile: undefined, env: {}, ...endpoint },
    limits,
  );
  onTestFinished(() => client.close());
  return client;
}

const answerEmpty: RequestListener = (_, response) => void response.end(EMPTY);

describe('createQueryClient()', () => {
  test('sends POST below the path of its URL, with its login', async () => {
    const { url, asked } = await startFakeQueryApi(answerEmpty);
    const tokens = ['Bearer one', 'Bearer two'];
    const client = clientOf({ url, readAuthorization: async () => new Secret(tokens.shift() ?? '') });

    await client.instant('up{a="&=+"}');
    await client.range('up', { from: 60_000, to: 180_500, stepMs: 60_000 });

    expect(asked).toEqual([
      {
        path: '/prefix/api/v1/query',
        method: 'POST',
        authorization: 'Bearer one',
        form: { query: 'up{a="&=+"}', nocache: '1' },
      },
      {
        path: '/prefix/api/v1/query_range',
        method: 'POST',
        authorization: 'Bearer two',
        form: { query: 'up', start: '60', end: '180.5', step: '60', nocache: '1' },
      },
    ]);
  });

  test('sends additional headers, whose values are read at each query', async () => {
    const received: (string | undefined)[] = [];
    const { url } = await startFakeQueryApi((request, response) => {
      received.push(String(request.headers['x-scope-orgid']), request.headers.accept);
      response.end(EMPTY);
    });
    const tenants = ['one', 'two'];
    const headers = {
      'X-Scope-OrgID': async () => new Secret(tenants.shift() ?? ''),
      Accept: async () => new Secret('application/json;q=1'),
    };
    const client = clientOf({ url, headers });
    await client.instant('up');
    await client.instant('up');
    expect(received).toEqual(['one', 'application/json;q=1', 'two', 'application/json;q=1']);
  });

  test('names the file of a header that cannot be read, without a request', async () => {
    const { url, asked } = await startFakeQueryApi(answerEmpty);
    const headers = { 'X-Key': () => Promise.reject(new Error('Cannot read /run/key: no such file')) };
    await expect(clientOf({ url, headers }).instant('up')).rejects.toThrow('Cannot read /run/key');
    expect(asked).toEqual([]);
  });

  test('sends its queries through its own proxy, before that of the environment', async () => {
    const proxy = await startFakeQueryApi(answerEmpty);
    const client = clientOf({
      url: new URL('http://prometheus.invalid:9090/'),
      proxyUrl: new Secret(`http://ci:hunter2@${proxy.url.host}`),
      env: { http_proxy: 'http://127.0.0.1:1' },
    });
    await client.instant('up');
    expect(proxy.asked).toMatchObject([{ path: 'http://prometheus.invalid:9090/api/v1/query' }]);
  });

  test('names its proxy, without user and password, if it does not answer', async () => {
    const client = clientOf({
      url: new URL('http://prometheus.invalid:9090/'),
      proxyUrl: new Secret('http://ci:hunter2@127.0.0.1:1'),
    });
    const error = await client.instant('up').catch((reason) => reason);
    expect(error.message).toContain('history.prometheus.proxy_url');
    expect(`${error.message} ${error.stack}`).not.toContain('hunter2');
  });

  // what happens, how it answers, what is said of it after the URL
  test.each<[string, RequestListener, string]>([
    [
      'refused',
      (_, response) => void response.writeHead(401).end('secret'),
      'does not let Headroom in: it answers 401',
    ],
    [
      'a bad query',
      (_, response) => void response.writeHead(400).end('{"error":"invalid parameter"}'),
      'answers 400: invalid parameter',
    ],
    ['a page of a proxy', (_, response) => void response.writeHead(502).end('<html>'), 'answers 502'],
    [
      'a redirect',
      (_, response) => void response.writeHead(302, { location: '/login' }).end(),
      'answers 302',
    ],
    ['a cut connection', (request) => void request.socket.destroy(), 'cut the connection: UND_ERR_SOCKET'],
    [
      'a cut answer',
      (_, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{', () => response.destroy());
      },
      'cut the connection: UND_ERR_SOCKET',
    ],
    [
      'garbage in place of HTTP',
      (request) => void request.socket.end('SSH-2.0\r\n\r\n'),
      'does not speak HTTP: HTTPParserError',
    ],
  ])('states what is wrong: %s', async (_, answer, words) => {
    const { url } = await startFakeQueryApi(answer);
    await expect(clientOf({ url }).instant('up')).rejects.toThrow(`${url.href.slice(0, -1)} ${words}`);
  });

  // what is slow, how it answers
  test.each<[string, RequestListener]>([
    ['silence', () => undefined],
    ['an answer that does not end', (_, response) => void response.write('{')],
  ])('gives up on %s', async (_, answer) => {
    const { url } = await startFakeQueryApi(answer);
    await expect(clientOf({ url }, SHORT).instant('up')).rejects.toThrow(
      `${url.href.slice(0, -1)} does not answer within 200ms`,
    );
  });

  test('leaves an answer that grows too large, without reading it to its end', async () => {
    let isOpen = true;
    const { url } = await startFakeQueryApi((_, response) => {
      response.on('close', () => {
        isOpen = false;
      });
      const more = () => {
        while (isOpen && response.write('x'.repeat(500)));
      };
      response.on('drain', more);
      more();
    });
    const limits = { ...LIMITS, bodyBytes: 1_048_576 };
    await expect(clientOf({ url }, limits).instant('up')).rejects.toThrow(
      'the answer is larger than 1 MiB; narrow history.prometheus.matcher',
    );
    await expect.poll(() => isOpen).toBe(false);
  });

  test('reports that nothing listens', async () => {
    const url = new URL('http://127.0.0.1:1');
    await expect(clientOf({ url }).instant('up')).rejects.toThrow(
      'http://127.0.0.1:1 cannot be reached: ECONNREFUSED',
    );
  });

  test('reports why it has no login, and sends no request', async () => {
    const { url, asked } = await startFakeQueryApi(answerEmpty);
    const readAuthorization = async () => {
      throw new Error('Cannot read /run/token: no such file');
    };
    await expect(clientOf({ url, readAuthorization }).instant('up')).rejects.toThrow(
      'Cannot read /run/token: no such file',
    );
    expect(asked).toEqual([]);
  });

  test('reports that a file of certificates cannot be used', async () => {
    const { url } = await startFakeQueryApi(answerEmpty);
    await expect(clientOf({ url, caFile: import.meta.filename }).instant('up')).rejects.toThrow(
      'history.prometheus.ca_file cannot be used: it holds no certificate in PEM form',
    );
  });

  test('never shows a secret', async () => {
    const secret = 'hunter2hunter2';
    const { url } = await startFakeQueryApi((_, response) => {
      response.writeHead(400).end(JSON.stringify({ error: `Bearer ${secret} is wrong` }));
    });
    const readAuthorization = async () => new Secret(`Bearer ${secret}`);
    const error = await clientOf({ url, readAuthorization })
      .instant('up')
      .catch((reason) => reason);
    expect(`${error.message} ${error.stack}`).not.toContain(secret);
  });
});
