import { afterEach, describe, expect, test } from 'vitest';
import { createHttpClient } from '../../src/kit/http/http-client.ts';
import { readProxyRules } from '../../src/kit/http/proxy-rules.ts';
import { Secret } from '../../src/kit/secret.ts';
import { createHttpPost, maskAnswer, type PostRequest } from '../../src/notify/http-post.ts';
import { startProxy } from '../hub/connect-proxy.ts';
import { type Answer, type ReceivingServer, startReceiving } from './receiving-server.ts';

describe('maskAnswer()', () => {
  // what is repeated | the URL | other secrets | the answer | what is shown
  test.each([
    [
      'the path',
      'https://a/services/T0/hunter2x',
      [],
      'Cannot POST /services/T0/hunter2x',
      'Cannot POST <secret>',
    ],
    ['a part of the path', 'https://a/x/hunter2xx/y', [], 'no hook hunter2xx', 'no hook <secret>'],
    [
      'the path as it was before its encoding',
      'https://a/hunter%20twelve',
      [],
      'hunter twelve?',
      '<secret>?',
    ],
    ['the query', 'https://a/x?sig=hunter2xx', [], 'bad hunter2xx', 'bad <secret>'],
    ['the user', 'https://me:hunter2@a/', [], 'no user me with hunter2', 'no user me with <secret>'],
    [
      'a token',
      'https://a/',
      ['Bearer hunter2'],
      'the token hunter2 is revoked',
      'the token <secret> is revoked',
    ],
    ['nothing', 'https://a/api/v2', ['abc'], 'ok api v2 abc', 'ok api v2 abc'],
  ])('hides %s', (_, url, secrets, answer, shown) => {
    const mask = maskAnswer(
      new URL(url),
      secrets.map((text) => new Secret(text)),
    );

    expect(mask(answer)).toBe(shown);
  });

  test('makes one short line of a page', () => {
    const mask = maskAnswer(new URL('https://a/'), []);

    expect(mask(`<html>\n\u0000<p>${'x'.repeat(1_000)}`)).toMatch(/^<html> <p>x{100,200}…$/);
  });
});

const NEVER = new AbortController().signal;
const open: { stop(): Promise<void> }[] = [];

afterEach(async () => {
  for (const each of open.splice(0)) await each.stop();
});

async function serve(answer: Answer): Promise<ReceivingServer> {
  const server = await startReceiving(answer);
  open.push(server);
  return server;
}

function postBy(env: Record<string, string> = {}, timeoutMs = 30_000) {
  const client = createHttpClient({ proxyFor: readProxyRules(env), userAgent: 'headroom/1' });
  open.push({ stop: () => client.close() });
  const clock = { now: () => Date.parse('2026-11-24T02:14:20Z') };
  return createHttpPost({ client, clock, timeoutMs });
}

function requestTo(url: string, changes: Partial<PostRequest> = {}): PostRequest {
  return { url: new Secret(url), body: '{"a":1}', ...changes };
}

describe('createHttpPost()', () => {
  test('sends JSON with its headers, and gives back what is answered', async () => {
    const server = await serve(() => ({ status: 429, headers: { 'retry-after': '7' }, body: 'slow down' }));
    const headers = { 'X-Key': new Secret('hunter2') };
    const answer = await postBy()(requestTo(`${server.origin}/a/b?c=d`, { headers }), NEVER);

    expect(answer).toMatchObject({ status: 429, retryAfterMs: 7_000, body: 'slow down', peer: server.host });
    expect(server.received).toMatchObject([
      {
        method: 'POST',
        path: '/a/b?c=d',
        body: '{"a":1}',
        headers: { 'content-type': 'application/json', 'user-agent': 'headroom/1', 'x-key': 'hunter2' },
      },
    ]);
  });

  test('sends the login of a URL as a header', async () => {
    const server = await serve(() => ({ status: 200 }));
    await postBy()(requestTo(`http://me:p%40ss@${server.host}/`), NEVER);

    expect(server.received[0]?.headers.authorization).toBe(
      `Basic ${Buffer.from('me:p@ss').toString('base64')}`,
    );
  });

  test('follows no redirect', async () => {
    const other = await serve(() => ({ status: 200 }));
    const server = await serve(() => ({ status: 307, headers: { location: other.origin } }));

    expect(await postBy()(requestTo(server.origin), NEVER)).toMatchObject({ status: 307 });
    expect(other.received).toEqual([]);
  });

  test('reads 16 KiB of an endless answer, and no more', async () => {
    const server = await serve((_, response) => {
      const write = () => {
        while (response.write('x'.repeat(1_000)));
        response.once('drain', write);
      };
      write();
      return undefined;
    });
    const answer = await postBy()(requestTo(server.origin), NEVER);

    expect(answer.kind === 'answered' && answer.body).toBe('x'.repeat(16_384));
  });

  test('hides what the answer repeats of the request', async () => {
    const server = await serve(({ path, headers, body }) => ({
      status: 404,
      body: `No route for ${path} with ${headers['x-key']} and ${body}`,
    }));
    const request = requestTo(`${server.origin}/services/hunter2-path`, {
      headers: { 'x-key': new Secret('hunter2-header') },
      body: 'hunter2-body',
      secrets: [new Secret('hunter2-body')],
    });
    const answer = await postBy()(request, NEVER);

    expect(answer.kind === 'answered' && answer.quote(answer.body)).toBe(
      'No route for <secret> with <secret> and <secret>',
    );
  });

  // what goes wrong | how | the time limit in milliseconds | what is said after the host
  test.each<[string, Answer, number, RegExp]>([
    ['does not answer', () => undefined, 100, / does not answer within 100ms$/],
    [
      'begins to answer and stops',
      (_, response) => {
        response.writeHead(200).write('x');
        return undefined;
      },
      100,
      / does not answer within 100ms$/,
    ],
    [
      'cuts the connection',
      (_, response) => void response.destroy(),
      30_000,
      / cut the connection: UND_ERR_SOCKET$/,
    ],
    [
      'does not speak HTTP',
      (_, response) => void response.socket?.end('SSH-2.0-OpenSSH\r\n\r\n'),
      30_000,
      / does not speak HTTP: \w+$/,
    ],
  ])('reports that it %s, without path or secret', async (_, answer, timeoutMs, expected) => {
    const server = await serve(answer);
    const result = await postBy({}, timeoutMs)(requestTo(`${server.origin}/hunter2-path`), NEVER);

    expect(result.kind).toBe('unanswered');
    const { reason } = result as { reason: string };
    expect(reason).toMatch(expected);
    expect(reason.startsWith(server.host)).toBe(true);
    expect(reason).not.toContain('hunter2');
  });

  test('reports that nothing listens', async () => {
    expect(await postBy()(requestTo('http://127.0.0.1:1/hunter2'), NEVER)).toEqual({
      kind: 'unanswered',
      reason: '127.0.0.1:1 cannot be reached: ECONNREFUSED',
    });
  });

  test.each(['hunter2', 'ftp://a/hunter2', ''])('rejects %j as an address, without it', async (url) => {
    expect(await postBy()(requestTo(url), NEVER)).toEqual({
      kind: 'unanswered',
      reason: 'The address is not an http or https URL',
    });
  });

  test('reports that a header cannot be sent, without it', async () => {
    const server = await serve(() => ({ status: 200 }));
    const headers = { 'x-key': new Secret('hunter\n2') };
    const result = await postBy()(requestTo(server.origin, { headers }), NEVER);

    expect(result).toEqual({
      kind: 'unanswered',
      reason: `${server.host} cannot be reached: UND_ERR_INVALID_ARG`,
    });
  });

  test('is called off', async () => {
    const server = await serve(() => undefined);
    const stopping = new AbortController();
    const result = postBy()(requestTo(server.origin), stopping.signal);
    stopping.abort();

    expect(await result).toEqual({ kind: 'unanswered', reason: `${server.host} was not waited for` });
  });

  test('leaves by the proxy of the environment, and hides its password', async () => {
    const server = await serve(() => ({ status: 200, body: 'ok' }));
    const { port } = new URL(server.origin);
    const proxy = await startProxy(Number(port));
    const post = postBy({ HTTP_PROXY: `http://me:hunter2@${proxy.url.host}` });
    const target = `receiver.test:${port}`;

    expect(await post(requestTo(`http://${target}/a?b=c`), NEVER)).toMatchObject({ status: 200, body: 'ok' });
    expect(proxy.forwarded).toEqual([`${target} me:hunter2`]);
    expect(server.received).toMatchObject([{ path: '/a?b=c', headers: { host: target } }]);
    expect(server.received[0]?.headers).not.toHaveProperty('proxy-authorization');
  });

  // how the proxy of an https receiver answers | the words after its name
  test.each([
    [407, 'rejects the user name and password in HTTPS_PROXY: it answers 407'],
    [403, 'refuses to carry the request to receiver.test:443: it answers 403 Forbidden'],
    [503, 'cannot carry the request to receiver.test:443: it answers 503 Service Unavailable'],
  ])('names the proxy that refuses with %i, and hides its password', async (status, words) => {
    const proxy = await startProxy(1, status);
    const post = postBy({ HTTPS_PROXY: `http://me:hunter2@${proxy.url.host}` });

    expect(await post(requestTo('https://receiver.test/hunter3'), NEVER)).toEqual({
      kind: 'unanswered',
      reason: `receiver.test cannot be reached: the proxy ${proxy.url.host} (HTTPS_PROXY) ${words}`,
    });
  });

  test('rejects an invalid URL of the proxy, without it', async () => {
    const post = postBy({ HTTPS_PROXY: 'http://me:hunter2@:x' });

    expect(await post(requestTo('https://receiver.test/'), NEVER)).toEqual({
      kind: 'unanswered',
      reason:
        'receiver.test cannot be reached: the proxy in HTTPS_PROXY is not a URL such as http://proxy.example.com:3128',
    });
  });
});
