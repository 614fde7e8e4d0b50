import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type Socket } from 'node:net';
import { createSecureContext, createServer as createTlsServer } from 'node:tls';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startDeadline } from '../../../src/kit/deadline.ts';
import {
  createHttpClient,
  type HttpClientOptions,
  type HttpRequest,
} from '../../../src/kit/http/http-client.ts';
import { describeFault } from '../../../src/kit/http/network-fault.ts';
import { readProxyRules } from '../../../src/kit/http/proxy-rules.ts';
import { issueServerCertificate } from '../../../src/simulator/certificate-authority.ts';
import { startProxy } from '../../hub/connect-proxy.ts';
import { listen, sayTo } from '../../hub/loopback-server.ts';
import { startDeadAddress } from './dead-address.ts';
import { startSocksProxy } from './socks-proxy.ts';

let certificate: Awaited<ReturnType<typeof issueServerCertificate>>;

beforeAll(async () => {
  certificate = await issueServerCertificate(Date.now());
});

function clientBy(env: Record<string, string>, options: Partial<HttpClientOptions> = {}) {
  const client = createHttpClient({ proxyFor: readProxyRules(env), ...options });
  onTestFinished(() => client.close());
  return client;
}

/** Sends a GET; gives status and body, or the fault in words. */
async function get(
  url: string,
  env: Record<string, string>,
  more: Partial<HttpRequest> = {},
  timeoutMs = 10_000,
) {
  const deadline = startDeadline(timeoutMs, new AbortController().signal);
  const request = { method: 'GET', url: new URL(url), signal: deadline.signal, maxBodyBytes: 1_000 } as const;
  try {
    const { status, body } = await clientBy(env).send({ ...request, ...more });
    return `${status} ${body}`;
  } catch (error) {
    return describeFault(error, new URL(url).host);
  } finally {
    deadline.clear();
  }
}

/** A server on loopback that returns the server name of the client. */
const tellHost: RequestListener = ({ headers, url }, response) => void response.end(`${headers.host} ${url}`);

function startSecureTarget(): Promise<number> {
  return listen(createHttpsServer({ cert: certificate.certificate, key: certificate.key }, tellHost));
}

function ownTrust() {
  return { version: 'own', secureContext: createSecureContext({ ca: certificate.authority }) };
}

describe('send() through a SOCKS5 proxy', () => {
  test('reaches an http target, whose name the proxy resolves', async () => {
    const { host, targets } = await startSocksProxy({ port: await listen(createHttpServer(tellHost)) });

    expect(await get('http://target.test/a?b', { HTTP_PROXY: `socks5://${host}` })).toBe(
      '200 target.test /a?b',
    );
    expect(targets).toEqual(['target.test:80']);
  });

  test('reaches an https target, with a login', async () => {
    const port = await startSecureTarget();
    const { host, targets } = await startSocksProxy({ port, login: 'me:p@ss' });
    const env = { HTTPS_PROXY: `socks5h://me:p%40ss@${host}` };

    expect(await get('https://localhost.test/', env, { trust: ownTrust() })).toMatch(
      /^localhost\.test is not trusted: ERR_TLS_CERT_ALTNAME_INVALID$/,
    );
    expect(targets).toEqual(['localhost.test:443']);
  });

  // the target | the address in the request
  test.each([
    ['203.0.113.7:8080', 'cb007107:8080'],
    ['[2001:db8::7]', '20010db8000000000000000000000007:80'],
    ['[::ffff:1.2.3.4]', '00000000000000000000ffff01020304:80'],
  ])('sends the address %s as bytes', async (target, sent) => {
    const { host, targets } = await startSocksProxy({ port: await listen(createHttpServer(tellHost)) });

    expect(await get(`http://${target}/`, { HTTP_PROXY: `socks5://${host}` })).toMatch(/^200 /);
    expect(targets).toEqual([sent]);
  });

  // what it does | its plan | the login sent | the words after its name
  test.each([
    [
      'refuses the target',
      { reply: 2 },
      '',
      'refuses to carry the request to target.test:80: not allowed by its rules',
    ],
    [
      'cannot reach the target',
      { reply: 5 },
      '',
      'cannot carry the request to target.test:80: connection refused',
    ],
    ['has a reply of its own', { reply: 99 }, '', 'cannot carry the request to target.test:80: reply 99'],
    [
      'wants a login',
      { login: 'me:hunter2' },
      '',
      'asks for a user name and password, and http_proxy holds none: it accepts none of the methods offered',
    ],
    [
      'rejects the login',
      { login: 'me:hunter2' },
      'me:hunter3@',
      'rejects the user name and password in http_proxy: it answers 1',
    ],
  ])('names it when it %s', async (_, plan, userPart, words) => {
    const { host } = await startSocksProxy(plan);

    expect(await get('http://target.test/', { http_proxy: `socks5://${userPart}${host}` })).toBe(
      `target.test cannot be reached: the proxy ${host} (http_proxy) ${words}`,
    );
  });

  // what it does | what it sends | the words
  test.each([
    ['speaks HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'does not speak SOCKS5'],
    ['hangs up', '', 'cut the connection: ECONNRESET'],
    ['hangs up within an answer', '\x05', 'cut the connection: ECONNRESET'],
  ])('names it when it %s', async (_, bytes, words) => {
    const host = `127.0.0.1:${await sayTo(bytes)}`;

    expect(await get('http://target.test/', { http_proxy: `socks5://${host}` })).toBe(
      `target.test cannot be reached: the proxy ${host} (http_proxy) ${words}`,
    );
  });
});

describe('send() through an http proxy', () => {
  /** Starts a proxy that does something of its own to every connection. */
  async function startOdd(serve: (socket: Socket) => void): Promise<string> {
    return `127.0.0.1:${await listen(createServer(serve))}`;
  }

  // what it does | how | the words after its name
  test.each<[string, (socket: Socket) => void, RegExp]>([
    [
      'cuts the connection',
      (socket) => void socket.once('data', () => socket.destroy()),
      /cut the connection: UND_ERR_SOCKET$/,
    ],
    ['speaks SSH', (socket) => void socket.write('SSH-2.0-OpenSSH\r\n\r\n'), /does not speak HTTP: \w+$/],
    ['is silent', () => undefined, /does not answer within 300ms$/],
  ])('names it when it %s', async (_, serve, words) => {
    const host = await startOdd(serve);

    for (const [variable, url] of [
      ['HTTPS_PROXY', 'https://target.test/'],
      ['HTTP_PROXY', 'http://target.test/'],
    ] as const) {
      const fault = await get(url, { [variable]: host }, {}, 300);
      expect(fault).toContain(`target.test cannot be reached: the proxy ${host} (${variable}) `);
      expect(fault).toMatch(words);
    }
  });

  test('does not name it when the answer is cut that it passes on', async () => {
    const host = await startOdd((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx'));
    });

    expect(await get('http://target.test/', { HTTP_PROXY: host })).toMatch(
      /^target\.test cut the connection: /,
    );
  });

  test('names it when it answers CONNECT with a page', async () => {
    const host = `127.0.0.1:${await sayTo('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>')}`;

    expect(await get('https://target.test/', { HTTPS_PROXY: host })).toBe(
      `target.test cannot be reached: the proxy ${host} (HTTPS_PROXY) answers in place of target.test:443: 200 OK`,
    );
  });

  test('names it when it accepts no connection', async () => {
    const { port } = await startDeadAddress('127.0.0.2');

    expect(await get('https://target.test/', { HTTPS_PROXY: `127.0.0.2:${port}` }, {}, 300)).toBe(
      `target.test cannot be reached: the proxy 127.0.0.2:${port} (HTTPS_PROXY) does not accept the connection within 300ms`,
    );
  });

  test('names it when its certificate is not trusted, or it speaks no TLS', async () => {
    const { certificate: cert, key } = certificate;
    const proxy = await startProxy(1, 'carry', (plain) =>
      createTlsServer({ cert, key }, (socket) => void plain.emit('connection', socket)),
    );
    const plain = await startProxy(1);

    expect(await get('https://target.test/', { HTTPS_PROXY: proxy.url.href })).toBe(
      `target.test cannot be reached: the proxy ${proxy.url.host} (HTTPS_PROXY) is not trusted: UNABLE_TO_VERIFY_LEAF_SIGNATURE`,
    );
    expect(await get('https://target.test/', { HTTPS_PROXY: `https://${plain.url.host}` })).toMatch(
      /^target\.test cannot be reached: the proxy \S+ \(HTTPS_PROXY\) does not speak TLS: \w+$/,
    );
  });

  test('treats every 2xx to CONNECT as a tunnel', async () => {
    const port = await startSecureTarget();
    const host = await startOdd((client) => {
      client.once('data', () => {
        client.write('HTTP/1.1 201 Tunnel\r\n\r\n');
        const target = new (client.constructor as typeof Socket)().connect(port, '127.0.0.1');
        client.pipe(target).pipe(client);
      });
    });

    expect(await get('https://127.0.0.1.test/', { HTTPS_PROXY: host }, { trust: ownTrust() })).toBe(
      '127.0.0.1.test is not trusted: ERR_TLS_CERT_ALTNAME_INVALID',
    );
  });

  const HTML = { 'content-type': 'text/html; charset=utf-8' };
  // status | headers | whether it is taken for the proxy's own
  test.each<[number, Record<string, string>, boolean]>([
    [407, {}, true],
    [511, {}, true],
    [502, {}, true],
    [504, {}, true],
    [503, HTML, true],
    [403, HTML, true],
    [500, { server: 'tinyproxy/1.11.1' }, true],
    [404, { 'x-squid-error': 'ERR_DNS_FAIL 0' }, true],
    [400, { 'proxy-status': 'edge; error=dns_error' }, true],
    [200, HTML, false],
    [200, { server: 'squid' }, false],
    [404, HTML, false],
    [500, HTML, false],
    [503, { 'content-type': 'application/json' }, false],
    [403, {}, false],
  ])('distinguishes a %i with %j from an answer of the target', async (status, headers, isOfProxy) => {
    const port = await listen(
      createHttpServer((_, response) => void response.writeHead(status, headers).end('x')),
    );
    const answer = await get('http://target.test/', { HTTP_PROXY: `127.0.0.1:${port}` });

    expect(
      answer.startsWith(`target.test cannot be reached: the proxy 127.0.0.1:${port} (HTTP_PROXY) `),
    ).toBe(isOfProxy);
    if (!isOfProxy) expect(answer).toBe(`${status} x`);
    if (isOfProxy && status !== 407) expect(answer).toMatch(/ answers in place of target\.test: \d{3} [A-Z]/);
  });
});

describe('send()', () => {
  // whether connections are kept | connections for two requests
  test.each([
    [false, 1],
    [true, 2],
  ])('with isOneShot %s opens %i for two requests', async (isOneShot, expected) => {
    let connections = 0;
    const server = createHttpServer(tellHost).on('connection', () => (connections += 1));
    const url = new URL(`http://127.0.0.1:${await listen(server)}`);
    const client = clientBy({}, { isOneShot });
    const { signal } = new AbortController();

    for (let i = 0; i < 2; i += 1) {
      await client.send({ method: 'GET', url, signal, maxBodyBytes: 100 });
      // undici has its connection back one turn after the body.
      await new Promise(setImmediate);
    }

    expect(connections).toBe(expected);
  });

  test('opens many connections at once without a warning of Node.js', async () => {
    const url = new URL(`http://127.0.0.1:${await listen(createHttpServer(tellHost))}`);
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => void warnings.push(warning);
    process.on('warning', onWarning);
    onTestFinished(() => void process.off('warning', onWarning));
    const client = clientBy({}, { isOneShot: true });
    const request = { method: 'GET', url, maxBodyBytes: 100 } as const;
    await Promise.all(
      Array.from({ length: 40 }, () => client.send({ ...request, signal: new AbortController().signal })),
    );

    expect(warnings).toEqual([]);
  });

  test('cuts a body that is too long', async () => {
    const server = createHttpServer((_, response) => void response.end('x'.repeat(101)));
    const url = new URL(`http://127.0.0.1:${await listen(server)}`);
    const send = (maxBodyBytes: number) =>
      clientBy({}).send({ method: 'GET', url, signal: new AbortController().signal, maxBodyBytes });

    expect(await send(100)).toMatchObject({ body: 'x'.repeat(100), isCut: true });
    expect(await send(101)).toMatchObject({ body: 'x'.repeat(101), isCut: false });
  });

  test('ends with its client', async () => {
    const { port } = await startDeadAddress('127.0.0.2');
    const client = clientBy({});
    const sent = client.send({
      method: 'GET',
      url: new URL(`http://127.0.0.2:${port}`),
      signal: new AbortController().signal,
      maxBodyBytes: 1,
    });
    sent.catch(() => undefined);
    await client.close();

    await expect(sent).rejects.toThrow();
  });
});
